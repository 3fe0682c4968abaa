#pragma once

#include <torch/torch.h>

#include <map>
#include <string>

#include "nas/supernet/parameter_specs.hpp"

namespace h4h::nas {

struct Parameter {
  torch::Tensor value;
  ParameterGroup group;
  ParameterRole role;
};

// By name; float.
using Parameters = std::map<std::string, Parameter>;

// The leading slices that `network` uses, as views: gradients flow into `all`. Throws
// std::invalid_argument that names a tensor which `all` lacks or has too small.
Parameters sliced(const Parameters& all, const workloads::Network& network);

// The leading slice of these sizes.
torch::Tensor leading(const torch::Tensor& tensor, torch::IntArrayRef sizes);

// Copies that share nothing with what they are made from.
Parameters copied(const Parameters& parameters);

std::int64_t elements(const Parameters& parameters);

}  // namespace h4h::nas
