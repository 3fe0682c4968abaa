#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "nas/supernet/batches.hpp"
#include "nas/supernet/forward.hpp"
#include "nas/supernet/parameters.hpp"

namespace h4h::nas {

// One set of tensors, with the shapes of the largest network, that every subnet shares: a layer
// of a subnet uses the leading slice of the tensors of that name, of kernels the middle. Any
// network whose layers have names of the largest one, and fit into it, is a subnet.
class Supernet {
 public:
  Supernet(const workloads::Network& max, std::uint64_t seed);
  explicit Supernet(Parameters parameters) : parameters_(std::move(parameters)) {}

  const Parameters& parameters() const { return parameters_; }
  Parameters& parameters() { return parameters_; }

  // As nas::forward. Here and below std::invalid_argument names a tensor that the supernet lacks or
  // has too small.
  torch::Tensor forward(const workloads::Network& subnet, const torch::Tensor& images,
                        const ForwardMode& mode) const;

  // The subnet's parameters alone: nas::forward with them is what forward(subnet, ...) is.
  Parameters extract(const workloads::Network& subnet) const;

  // Statistics of the batch norms over these images, [batch, channels, height, width] each: every
  // subnet has its own (Yu and Huang 2019).
  Calibration calibrate(const workloads::Network& subnet, const Batches<torch::Tensor>& batches,
                        bool bf16 = false) const;

 private:
  Parameters parameters_;
};

}  // namespace h4h::nas
