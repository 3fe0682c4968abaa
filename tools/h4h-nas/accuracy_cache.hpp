#pragma once

#include <filesystem>
#include <map>

#include "nas/accuracy/accuracy.hpp"

namespace h4h::tools {

// Accuracies that were measured before, in a table beside what they were measured on: searches on
// other platforms ask for many of the same networks. The file is an accuracy table like any other.
class AccuracyCache : public nas::Accuracy {
 public:
  // `space` and `measured` must outlive it; all accuracies of `file` are `measured`'s. Throws
  // AccuracyError for a file that is wrong.
  AccuracyCache(const nas::Space& space, nas::Accuracy& measured, std::filesystem::path file);

  // Every new accuracy is in the file before the next is measured.
  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override;

 private:
  double measure(const nas::Genotype& genotype);
  void read();

  const nas::Space& space_;
  nas::Accuracy& measured_;
  std::filesystem::path file_;
  std::map<nas::Genotype, double> known_;
};

}  // namespace h4h::tools
