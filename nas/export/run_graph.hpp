#pragma once

#include <torch/types.h>

#include <vector>

#include "nas/export/quantization.hpp"

namespace h4h::nas {

// Runs a graph on images [batch, channels, height, width] of its input's size, and returns the
// output [batch, classes]. The constants are copied once.
class GraphRunner {
 public:
  explicit GraphRunner(const Graph& graph);  // must outlive it

  torch::Tensor run(const torch::Tensor& images) const;
  // The same; every range takes in what its value was.
  torch::Tensor run(const torch::Tensor& images, std::vector<ValueRange>& ranges) const;
  // Every value is quantised as it is made: rounded to an integer, and limited to its range. A
  // graph with_quantized_constants() then computes what integers would, but for the rounding of
  // sums in float.
  torch::Tensor run(const torch::Tensor& images, const std::vector<Affine>& values) const;

 private:
  template <typename Seen>
  torch::Tensor walk(const torch::Tensor& images, Seen seen) const;

  const Graph& graph_;
  std::vector<std::vector<torch::Tensor>> constants_;  // of each node
};

}  // namespace h4h::nas
