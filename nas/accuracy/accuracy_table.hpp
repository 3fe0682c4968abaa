#pragma once

#include <filesystem>
#include <map>
#include <stdexcept>

#include "nas/accuracy/accuracy.hpp"

namespace h4h::nas {

// A table that is wrong ("file:line: message"), or that lacks a candidate.
class AccuracyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Accuracies from a CSV file with the columns genotype,accuracy: a genotype as Space::text writes
// it, quoted as CSV wants it, and a fraction from 0 to 1. Empty lines are skipped.
class AccuracyTable : public Accuracy {
 public:
  // `space` must outlive it. Throws AccuracyError.
  AccuracyTable(const Space& space, std::filesystem::path path);

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;

  const std::map<Genotype, double>& entries() const { return table_; }

  // 16 hexadecimal digits over all entries: equal tables have equal hashes.
  std::string hash() const;

 private:
  const Space& space_;
  std::filesystem::path path_;
  std::map<Genotype, double> table_;
};

// Such a file; genotypes are canonical.
std::string format_accuracy_table(const Space& space, const std::map<Genotype, double>& table);

}  // namespace h4h::nas
