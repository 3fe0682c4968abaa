#pragma once

#include <map>
#include <vector>

#include "nas/accuracy/accuracy.hpp"
#include "nas/supernet/batches.hpp"
#include "nas/supernet/supernet.hpp"
#include "nas/train/batches.hpp"

namespace h4h::nas {

// Images for measuring: training images for the batch norms, others to classify; [batch, channels,
// height, width] each.
struct EvaluationImages {
  Batches<torch::Tensor> calibration;
  Batches<Labelled> held_out;
};

// Raised whenever networks may come out with another accuracy in float, were it by rounding: what
// was measured under an earlier number is measured anew. 2: batch norms folded into their
// convolutions.
inline constexpr int kEvaluationVersion = 2;

// Of each held-out image, in order, whether a subnet classifies it right.
std::vector<bool> classified_right(const Supernet& supernet, const workloads::Network& subnet,
                                   const EvaluationImages& images, bool bf16 = false);
double share_of(const std::vector<bool>& right);  // of those that are true; 0 of none

// The fraction of `images` that a subnet classifies right.
double accuracy(const Supernet& supernet, const workloads::Network& subnet,
                const EvaluationImages& images, bool bf16 = false);

// Accuracy of candidates inside a trained supernet, each network measured once.
class SupernetAccuracy : public Accuracy {
 public:
  // All three must outlive it.
  SupernetAccuracy(const Space& space, const Supernet& supernet, const EvaluationImages& images,
                   bool bf16 = false)
      : space_(space), supernet_(supernet), images_(images), bf16_(bf16) {}

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;
  // By the number of held-out images.
  std::optional<double> standard_error(const Genotype& genotype) override;

 protected:
  const Supernet& supernet() const { return supernet_; }
  const EvaluationImages& images() const { return images_; }
  // Of each held-out image whether a network classifies it right.
  virtual std::vector<bool> measure(const workloads::Network& network) const;

 private:
  struct Measured {
    double accuracy;
    std::int64_t images;
  };
  const Measured& measured(const Genotype& genotype);

  const Space& space_;
  const Supernet& supernet_;
  const EvaluationImages& images_;
  bool bf16_;
  std::map<Genotype, Measured> known_;  // by canonical genotype
};

// A cheap estimate of it: on the first of the held-out images, with the statistics of their own
// batches in the batch norms, so that none are collected before.
class ScreenAccuracy : public Accuracy {
 public:
  // All must outlive it. `count` images, rounded up to whole batches.
  ScreenAccuracy(const Space& space, const Supernet& supernet, const EvaluationImages& images,
                 std::int64_t count, bool bf16 = false)
      : space_(space), supernet_(supernet), images_(images), count_(count), bf16_(bf16) {}

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;

 private:
  double measure(const workloads::Network& network) const;

  const Space& space_;
  const Supernet& supernet_;
  const EvaluationImages& images_;
  std::int64_t count_;
  bool bf16_;
};

}  // namespace h4h::nas
