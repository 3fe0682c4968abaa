#include "nas/supernet/folded.hpp"

namespace h4h::nas {
namespace {

torch::Tensor in_double(const Parameters& parameters, const workloads::Layer& layer,
                        ParameterRole role) {
  return parameters.at(parameter_name(layer, role)).value.detach().to(torch::kDouble);
}

// y = (w x - mean) gain + shift, with gain = scale / deviation
void fold(Parameters& parameters, const workloads::Layer& layer,
          const Calibration::Moments& moments) {
  const torch::Tensor gain = in_double(parameters, layer, ParameterRole::scale) /
                             (moments.variance.to(torch::kDouble) + kNormEpsilon).sqrt();
  const torch::Tensor bias =
      in_double(parameters, layer, ParameterRole::shift) - moments.mean.to(torch::kDouble) * gain;
  Parameter& weight = parameters.at(parameter_name(layer, ParameterRole::weight));
  weight.value =
      (weight.value.detach().to(torch::kDouble) * gain.view({-1, 1, 1, 1})).to(torch::kFloat);
  parameters[parameter_name(layer, ParameterRole::bias)] = {bias.to(torch::kFloat), weight.group,
                                                            ParameterRole::bias};
  parameters.erase(parameter_name(layer, ParameterRole::scale));
  parameters.erase(parameter_name(layer, ParameterRole::shift));
}

}  // namespace

Parameters folded(const workloads::Network& network, const Parameters& parameters,
                  const Calibration& calibration) {
  Parameters all = parameters;
  for (const workloads::Layer& layer : network.layers) {
    if (has_batch_norm(layer)) fold(all, layer, calibration.layers.at(layer.name));
  }
  return all;
}

}  // namespace h4h::nas
