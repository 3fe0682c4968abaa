#pragma once

#include <torch/types.h>

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

// The slices, as by leading(), that `network` uses, as views: gradients flow into `all`. Throws
// std::invalid_argument that names a tensor which `all` lacks or has too small.
Parameters sliced(const Parameters& all, const workloads::Network& network);

// The slice of these sizes: of every axis the leading elements, but the middle ones of the last two
// of four, which are the taps of a kernel.
torch::Tensor leading(const torch::Tensor& tensor, torch::IntArrayRef sizes);

// Copies that share nothing with what they are made from.
Parameters copied(const Parameters& parameters);

Parameters on_device(Parameters parameters, const torch::Device& device);

// Values by name, with the groups and roles that the parameters of `network` have. Throws
// std::invalid_argument that names a value which is missing, too many or of another size.
Parameters with_roles(Parameters values, const workloads::Network& network);

std::int64_t elements(const Parameters& parameters);

}  // namespace h4h::nas
