#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "nas/accuracy/accuracy_table.hpp"

namespace h4h::tools {

// Accuracies that were measured before, in a table beside what they were measured on: searches on
// other platforms ask for many of the same networks. The file is an accuracy table like any other;
// what is new is appended to it, one line in one go under a lock, so searches at the same time lose
// none of each other's.
class AccuracyCache : public nas::Accuracy {
 public:
  // `space` and `measured` must outlive it; all accuracies of `file` are `measured`'s. Throws
  // AccuracyError for a file that is wrong.
  AccuracyCache(const nas::Space& space, nas::Accuracy& measured, std::filesystem::path file);

  // Every new accuracy is in the file before the next is measured.
  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override;
  std::optional<double> standard_error(const nas::Genotype& genotype) override;

 private:
  const nas::MeasuredAccuracy& find_or_measure(const nas::Genotype& canonical);
  void append(const std::string& line);
  // Takes in what stands in the file behind the place up to which it is known.
  void read();

  const nas::Space& space_;
  nas::Accuracy& measured_;
  std::filesystem::path file_;
  nas::AccuracyLines lines_;
  std::uint64_t known_bytes_ = 0;
};

}  // namespace h4h::tools
