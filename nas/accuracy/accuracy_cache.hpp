#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "nas/accuracy/accuracy_table.hpp"

namespace h4h::nas {

// Accuracies that were measured before, in a table beside what they were measured on: searches on
// other platforms ask for many of the same networks. The file is an accuracy table like any other;
// what is new is appended to it, one line in one go under a lock, so searches at the same time lose
// none of each other's.
class AccuracyCache : public Accuracy {
 public:
  // `space` and `measured` must outlive it; all accuracies of `file` are `measured`'s. Throws
  // AccuracyError for a file that is wrong.
  // `together`: how many networks `measured` is asked about at once, at most.
  AccuracyCache(const Space& space, Accuracy& measured, std::filesystem::path file,
                FileLimit limit = kAccuracyLimit, std::size_t together = 1);

  // Every new accuracy is in the file before others are measured. Throws AccuracyError where it
  // cannot be written, or would make the file larger than what can be read back.
  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;
  std::optional<double> standard_error(const Genotype& genotype) override;

 private:
  // Those of `candidates` that are not known, in their order, `together_` at most.
  std::vector<Genotype> unknown(const std::vector<Genotype>& candidates) const;
  // Measures what is not known of these.
  void complete(const std::vector<Genotype>& candidates);
  void append(const std::string& line);
  // Takes in what stands in the file behind the place up to which it is known.
  void read();

  const Space& space_;
  Accuracy& measured_;
  std::filesystem::path file_;
  FileLimit limit_;
  std::size_t together_;
  AccuracyLines lines_;
  std::uint64_t known_bytes_ = 0;
};

}  // namespace h4h::nas
