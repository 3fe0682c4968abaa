#include "nas/supernet/initial.hpp"

#include <cmath>
#include <set>

#include "base/text/hash.hpp"
#include "nas/random/random.hpp"
#include "nas/supernet/residual.hpp"

namespace h4h::nas {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kTransformerBranch = 0.1;

// Box and Muller 1958; the same values on every machine, which Torch's vectorised ones are not.
torch::Tensor normal(const std::vector<std::int64_t>& sizes, double deviation, Random random) {
  torch::Tensor tensor = torch::empty(sizes, torch::kFloat);
  float* values = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    values[i] = static_cast<float>(deviation * radius * std::cos(2 * kPi * random.uniform()));
  }
  return tensor;
}

double deviation(const ParameterSpec& spec) {
  const std::int64_t inputs = spec.elements() / spec.sizes[0];
  const auto fan_in = static_cast<double>(inputs);
  if (spec.sizes.size() == 2 || spec.group == ParameterGroup::vit) return std::sqrt(1 / fan_in);
  const auto taps = static_cast<double>(spec.sizes[2] * spec.sizes[3]);
  const bool depthwise = spec.sizes[1] == 1;
  return std::sqrt(2 / (taps * (depthwise ? 1 : static_cast<double>(spec.sizes[0]))));
}

torch::Tensor initial(const ParameterSpec& spec, bool ends_branch, std::uint64_t seed) {
  switch (spec.role) {
    case ParameterRole::bias:
    case ParameterRole::shift:
    case ParameterRole::position_bias:
      return torch::zeros(spec.sizes);
    case ParameterRole::scale:
      return ends_branch ? torch::zeros(spec.sizes) : torch::ones(spec.sizes);
    case ParameterRole::weight:
      break;
  }
  const bool small = ends_branch && spec.group == ParameterGroup::vit;
  return normal(spec.sizes, deviation(spec) * (small ? kTransformerBranch : 1),
                Random{seed, fnv1a(spec.name)});
}

// The parameters of the last layers of residual branches.
std::set<std::string> branch_ends(const workloads::Network& network) {
  std::set<std::string> names;
  for (const auto& [sum, last] : residual_branches(network)) {
    for (const ParameterRole role : {ParameterRole::weight, ParameterRole::scale}) {
      names.insert(parameter_name(network.layers[last], role));
    }
  }
  return names;
}

}  // namespace

Parameters initial_parameters(const workloads::Network& network, std::uint64_t seed) {
  const std::set<std::string> ends = branch_ends(network);
  Parameters all;
  for (const ParameterSpec& spec : parameter_specs(network)) {
    all[spec.name] = {initial(spec, ends.count(spec.name) > 0, seed), spec.group, spec.role};
  }
  return all;
}

}  // namespace h4h::nas
