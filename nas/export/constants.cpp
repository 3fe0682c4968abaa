#include "nas/export/constants.hpp"

#include "nas/supernet/folded.hpp"

namespace h4h::nas {
namespace {

Array array_of(const torch::Tensor& tensor) {
  const torch::Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat).contiguous();
  const float* const first = plain.data_ptr<float>();
  return {plain.sizes().vec(), {first, first + plain.numel()}};
}

}  // namespace

InferenceWeights inference_constants(const workloads::Network& network,
                                     const Parameters& parameters, const Calibration& calibration) {
  InferenceWeights weights;
  for (const auto& [name, parameter] : folded(network, parameters, calibration)) {
    weights[name] = array_of(parameter.role == ParameterRole::position_bias
                                 ? position_bias(parameter.value.detach())
                                 : parameter.value);
  }
  return weights;
}

}  // namespace h4h::nas
