#include "nas/supernet/parameters.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace h4h::nas {
namespace {

bool fits(const torch::Tensor& tensor, const std::vector<std::int64_t>& sizes) {
  if (tensor.dim() != static_cast<std::int64_t>(sizes.size())) return false;
  for (std::size_t d = 0; d < sizes.size(); ++d) {
    if (tensor.size(static_cast<std::int64_t>(d)) < sizes[d]) return false;
  }
  return true;
}

}  // namespace

torch::Tensor leading(const torch::Tensor& tensor, torch::IntArrayRef sizes) {
  torch::Tensor slice = tensor;
  for (std::int64_t d = 0; d < tensor.dim(); ++d) {
    const std::int64_t size = sizes[static_cast<std::size_t>(d)];
    const std::int64_t rest = slice.size(d) - size;
    const bool is_tap = tensor.dim() == 4 && d >= 2;
    if (rest != 0) slice = slice.narrow(d, is_tap ? rest / 2 : 0, size);
  }
  return slice;
}

Parameters sliced(const Parameters& all, const workloads::Network& network) {
  Parameters slices;
  for (const ParameterSpec& spec : parameter_specs(network)) {
    const auto found = all.find(spec.name);
    if (found == all.end() || !fits(found->second.value, spec.sizes)) {
      throw std::invalid_argument(
          fmt::format("network '{}' needs '{}' [{}], which is not in the supernet", network.name,
                      spec.name, fmt::join(spec.sizes, ", ")));
    }
    slices[spec.name] = {leading(found->second.value, spec.sizes), spec.group, spec.role};
  }
  return slices;
}

Parameters copied(const Parameters& parameters) {
  Parameters copies = parameters;
  for (auto& [name, parameter] : copies) {
    parameter.value = parameter.value.detach().contiguous().clone();
  }
  return copies;
}

Parameters on_device(Parameters parameters, const torch::Device& device) {
  for (auto& [name, parameter] : parameters) parameter.value = parameter.value.to(device);
  return parameters;
}

Parameters with_roles(Parameters values, const workloads::Network& network) {
  Parameters all;
  for (const ParameterSpec& spec : parameter_specs(network)) {
    const auto found = values.find(spec.name);
    if (found == values.end() || found->second.value.sizes() != torch::IntArrayRef(spec.sizes)) {
      throw std::invalid_argument(fmt::format("'{}' is missing or has another size", spec.name));
    }
    all[spec.name] = {found->second.value, spec.group, spec.role};
    values.erase(found);
  }
  if (values.empty()) return all;
  throw std::invalid_argument(
      fmt::format("'{}' is not in network '{}'", values.begin()->first, network.name));
}

std::int64_t elements(const Parameters& parameters) {
  std::int64_t sum = 0;
  for (const auto& [name, parameter] : parameters) sum += parameter.value.numel();
  return sum;
}

}  // namespace h4h::nas
