#pragma once

#include <memory>

#include "nas/accuracy/accuracy_cache.hpp"
#include "nas/accuracy/image_part.hpp"
#include "nas/accuracy/precision.hpp"
#include "nas/train/accuracy.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/reduced_accuracy.hpp"

namespace h4h::tools {

// How accuracies are computed, with the version of it: "float32-2".
std::string computed_in(nas::Precision precision);
// The table in the folder of a training that keeps accuracies of its networks.
std::filesystem::path accuracy_table(const std::filesystem::path& run, nas::ImagePart part,
                                     nas::Precision precision, const std::string& identity);

// Accuracies in float of a supernet in the folder of its training, kept in tables there, by
// genotypes of a reduction of its space.
class RunAccuracy : public nas::Accuracy {
 public:
  // `space` and `images` must outlive it; `images` are of the part.
  RunAccuracy(const std::filesystem::path& run, const nas::Space& space, nas::ImagePart part,
              const nas::EvaluationImages& images);

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    return reduced_.evaluate(candidates);
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    return reduced_.standard_error(genotype);
  }

 private:
  nas::Trained trained_;
  nas::Reduction reduction_;
  nas::SupernetAccuracy measured_;
  nas::AccuracyCache cache_;
  ReducedAccuracy reduced_;
};

}  // namespace h4h::tools
