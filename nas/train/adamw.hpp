#pragma once

#include <torch/types.h>

#include <map>
#include <string>

#include "nas/recipe/recipe.hpp"
#include "nas/supernet/parameters.hpp"

namespace h4h::nas {

using Tensors = std::map<std::string, torch::Tensor>;

// beta and epsilon: Kingma and Ba 2015. Weight decay, and the learning rate of each group of
// parameters: those of a phase.
struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

// Running means of a gradient and of its square.
struct Moments {
  torch::Tensor first, second;
};

// AdamW (Loshchilov and Hutter 2019), step number `step` of the phase from 1: changes, in place,
// the parameters that have a gradient, and their moments. Weights decay; norms and biases do not.
void adamw(Parameters& parameters, std::map<std::string, Moments>& moments,
           const Tensors& gradients, double learning_rate, std::int64_t step, const Phase& phase,
           const AdamWOptions& options = {});

// Scales all gradients so that their common Euclidean norm is at most `limit`; returns the norm
// that it was, in double precision.
double clip_norm(Tensors& gradients, double limit);

}  // namespace h4h::nas
