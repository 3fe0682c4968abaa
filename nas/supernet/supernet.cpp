#include "nas/supernet/supernet.hpp"

#include "nas/supernet/initial.hpp"

namespace h4h::nas {

Supernet::Supernet(const workloads::Network& max, std::uint64_t seed)
    : parameters_(initial_parameters(max, seed)) {}

torch::Tensor Supernet::forward(const workloads::Network& subnet, const torch::Tensor& images,
                                const ForwardMode& mode) const {
  return nas::forward(subnet, sliced(parameters_, subnet), images, mode);
}

Parameters Supernet::extract(const workloads::Network& subnet) const {
  return copied(sliced(parameters_, subnet));
}

Calibration Supernet::calibrate(const workloads::Network& subnet,
                                const Batches<torch::Tensor>& batches, bool bf16) const {
  const torch::NoGradGuard no_gradients;
  const Parameters own = extract(subnet);
  Calibration calibration;
  ForwardMode mode;
  mode.calibrate = &calibration;
  mode.bf16 = bf16;
  for (const torch::Tensor& images : batches) nas::forward(subnet, own, images, mode);
  return calibration;
}

}  // namespace h4h::nas
