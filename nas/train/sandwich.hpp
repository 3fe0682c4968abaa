#pragma once

#include <vector>

#include "nas/supernet/forward.hpp"
#include "nas/train/adamw.hpp"
#include "nas/train/batches.hpp"
#include "nas/train/recipe.hpp"

namespace h4h::nas {

enum class Distillation { none, kl };

// Dropout and drop-connect: H4H paper, section 4.1. Label smoothing: Szegedy et al. 2016.
struct LossOptions {
  double label_smoothing = 0.1;
  Distillation distillation = Distillation::none;
  // Of the largest network alone, as in AlphaNet: smaller ones need no regularisation.
  double dropout = 0.2, drop_connect = 0.2;
  bool bf16 = false;
};

struct SandwichGradients {
  Tensors gradients;           // of the trained groups, with the sizes of the supernet's tensors
  std::vector<double> losses;  // of each subnet
};

// The mean of the subnets' gradients (the paper averages, AlphaNet sums). The first subnet is the
// largest: it learns from the labels, with dropout; the others from the labels or, with `kl`, from
// its probabilities. `generator` decides what is dropped.
SandwichGradients sandwich_gradients(const Parameters& parameters,
                                     const std::vector<workloads::Network>& subnets,
                                     const GroupSet& trained, const Labelled& batch,
                                     const LossOptions& options, const torch::Generator& generator);

}  // namespace h4h::nas
