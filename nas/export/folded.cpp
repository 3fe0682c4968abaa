#include "nas/export/folded.hpp"

namespace h4h::nas {
namespace {

Array array_of(const torch::Tensor& tensor) {
  const torch::Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat).contiguous();
  const float* const first = plain.data_ptr<float>();
  return {plain.sizes().vec(), {first, first + plain.numel()}};
}

torch::Tensor in_double(const Parameters& parameters, const workloads::Layer& layer,
                        ParameterRole role) {
  return parameters.at(parameter_name(layer, role)).value.detach().to(torch::kDouble);
}

void fold(InferenceWeights& weights, const workloads::Layer& layer, const Parameters& parameters,
          const Calibration::Moments& moments) {
  const torch::Tensor gain = in_double(parameters, layer, ParameterRole::scale) /
                             (moments.variance.to(torch::kDouble) + kNormEpsilon).sqrt();
  const torch::Tensor weight =
      in_double(parameters, layer, ParameterRole::weight) * gain.view({-1, 1, 1, 1});
  const torch::Tensor bias =
      in_double(parameters, layer, ParameterRole::shift) - moments.mean.to(torch::kDouble) * gain;
  weights[parameter_name(layer, ParameterRole::weight)] = array_of(weight);
  weights[parameter_name(layer, ParameterRole::bias)] = array_of(bias);
}

}  // namespace

InferenceWeights folded(const workloads::Network& network, const Parameters& parameters,
                        const Calibration& calibration) {
  InferenceWeights weights;
  for (const workloads::Layer& layer : network.layers) {
    if (has_batch_norm(layer)) {
      fold(weights, layer, parameters, calibration.layers.at(layer.name));
      continue;
    }
    for (const ParameterRole role :
         {ParameterRole::weight, ParameterRole::bias, ParameterRole::scale, ParameterRole::shift}) {
      const auto found = parameters.find(parameter_name(layer, role));
      if (found != parameters.end()) weights[found->first] = array_of(found->second.value);
    }
    const auto table = parameters.find(parameter_name(layer, ParameterRole::position_bias));
    if (table != parameters.end()) {
      weights[table->first] = array_of(position_bias(table->second.value.detach()));
    }
  }
  return weights;
}

}  // namespace h4h::nas
