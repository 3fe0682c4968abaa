#pragma once

#include <torch/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "nas/supernet/parameters.hpp"

namespace h4h::nas {

// Means and variances (by n - 1) of the batch norms of one network, averaged over batches, by
// layer.
struct Calibration {
  struct Moments {
    torch::Tensor mean, variance;  // [channels], double
  };
  std::map<std::string, Moments> layers;
  std::int64_t batches = 0;
};

// Of training only; probabilities, 0 .. 1. An image loses the branch of a residual sum with a
// probability that grows linearly to `drop_connect` at the last sum (Huang et al. 2016); the
// classifier's inputs are dropped with `dropout`. Masks come from `generator` alone.
struct Regularisation {
  double dropout = 0, drop_connect = 0;
  torch::Generator generator;
};

struct ForwardMode {
  // Takes in the statistics of the batch in every batch norm.
  Calibration* calibrate = nullptr;
  const Regularisation* regularisation = nullptr;
  // Convolutions and matrix products in bfloat16; norms, softmax and results stay in float.
  bool bf16 = false;
  // Called for each layer with its inputs and output, batch first, channels second.
  std::function<void(const workloads::Layer&, const std::vector<torch::Tensor>&,
                     const torch::Tensor&)>
      observe;
};

// Runs a network of the IR layer by layer. `images` are [batch, channels, height, width], of any
// size: they are resized (bilinear) to the network's input. `parameters` have exactly its shapes.
// Batch norms use the statistics of the batch; convolutions whose norm is `folded` (folded.hpp)
// have none. Returns logits [batch, classes], float. Throws std::invalid_argument that names a
// layer whose operator is not trained here, or a parameter that is missing.
torch::Tensor forward(const workloads::Network& network, const Parameters& parameters,
                      const torch::Tensor& images, const ForwardMode& mode);

// Images as a network of this input reads them: bilinear, or as they are.
torch::Tensor resized(const torch::Tensor& images, const workloads::Shape& input);

// The position bias [heads, T, T] of T = height x width tokens from a table [heads, height, width]
// of distances.
torch::Tensor position_bias(const torch::Tensor& table);

}  // namespace h4h::nas
