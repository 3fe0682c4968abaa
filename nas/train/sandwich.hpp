#pragma once

#include <vector>

#include "nas/recipe/recipe.hpp"
#include "nas/supernet/forward.hpp"
#include "nas/train/adamw.hpp"
#include "nas/train/batches.hpp"
#include "nas/train/ranks.hpp"

namespace h4h::nas {

// What a step has beside its phase.
struct StepMode {
  bool bf16 = false;
  bool projects = false;  // the phase's projection has begun
  // Gradients, losses and `stop` are the means over these; nullptr: of this process alone.
  const Ranks* ranks = nullptr;
  bool stop = false;  // this process wants to end
};

struct SandwichGradients {
  Tensors gradients;           // of the trained groups, with the sizes of the supernet's tensors
  std::vector<double> losses;  // of each subnet
  bool stop = false;           // a rank wants to end
};

// The gradients of a step's subnets, the largest first, the smallest last, combined as the phase
// says. The largest learns from the labels; the others from the labels or, with distillation, from
// its probabilities. `generator` decides what dropout and drop-connect drop.
SandwichGradients sandwich_gradients(const Parameters& parameters,
                                     const std::vector<workloads::Network>& subnets,
                                     const Phase& phase, const Labelled& batch,
                                     const StepMode& mode, const torch::Generator& generator);

// Of one tensor: the largest network's gradient and the sum of all others as NASViT adds them up
// (Gong et al. 2022, misc/constrain_opt.py): where their inner product is negative, `largest` loses
// its part along `others`, at most twice `others` of it.
torch::Tensor projected_sum(const torch::Tensor& largest, const torch::Tensor& others);

}  // namespace h4h::nas
