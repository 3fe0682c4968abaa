#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nas/accuracy/accuracy.hpp"
#include "nas/accuracy/image_part.hpp"
#include "nas/recipe/recipe.hpp"
#include "nas/space/space.hpp"

namespace h4h::studies {

// One training of a supernet. The same recipe, space and steps with other seeds are an arm of a
// study; arms are compared seed by seed.
struct TrainingSpec {
  std::string arm;
  std::uint64_t seed = 0;
  std::string space{};     // file, or name of a shipped one
  std::string recipe{};    // name of a shipped one
  std::int64_t steps = 0;  // of all phases of the recipe together
  std::string from{};      // arm whose run of the same seed has trained the phases before the last
  std::string folder{};    // of a run that the user has trained

  std::string run() const { return folder.empty() ? run_of(arm, seed) : folder; }
  static std::string run_of(const std::string& arm, std::uint64_t seed) {
    return arm + "-" + std::to_string(seed);
  }
};

// How large studies on trained supernets are.
struct TrainedSettings {
  std::string space, resnet, irb;  // of hybrid, of ResNet and of IRB networks
  std::int64_t steps = 0;          // of phase 1, of the CNN-only supernet, and of each other space
  std::uint64_t first_seed = 0;
  std::size_t seeds = 0;
  std::size_t networks = 0;                     // fixed ones, beside the smallest and the largest
  std::size_t population = 0, evaluations = 0;  // of a search
  // Supernets of `space` that the user has trained, to be searched in the place of those that
  // studies train: with arm, seed and folder. Where there are some, nothing is trained.
  std::vector<TrainingSpec> given{};
  std::string data{};  // images, as `h4h train --data` takes them

  std::vector<std::uint64_t> all_seeds() const;
};

// Networks of one supernet, and pairs of them, by their places, whose gradients are compared on one
// batch of training images.
struct GradientProbe {
  std::vector<nas::Genotype> networks;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
};

// Two gradients in the tensors of one group, in the elements that both networks have.
struct GradientAgreement {
  double cosine = 0;
  double opposed = 0;  // share of the tensors whose inner product is negative
};

// Without groups of which they have no element in common.
using GradientAgreements = std::map<nas::ParameterGroup, GradientAgreement>;

// Supernets that studies train, and what their networks are worth. Runs are kept, so that studies
// share them and an interrupted study goes on.
class Trainings {
 public:
  virtual ~Trainings() = default;
  Trainings() = default;
  Trainings(const Trainings&) = delete;
  Trainings& operator=(const Trainings&) = delete;

  virtual const TrainedSettings& settings() const = 0;
  // Those that are not complete, some at a time; each after the run that it starts from, which is
  // complete already. Throws std::runtime_error for one that fails.
  virtual void train(const std::vector<TrainingSpec>& specs) = 0;
  // By genotypes of `space`: the space of the run or a reduction of it, which must outlive the
  // result.
  virtual std::unique_ptr<nas::Accuracy> accuracy(const std::string& run, const nas::Space& space,
                                                  nas::ImagePart part) = 0;
  // Of the loss of the labels, without dropout, in the space of the run: for each probe, each on
  // another batch, the agreements of its pairs, in order.
  virtual std::vector<std::vector<GradientAgreements>> gradients(
      const std::string& run, const std::vector<GradientProbe>& probes) = 0;
};

}  // namespace h4h::studies
