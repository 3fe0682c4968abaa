#include "nas/train/accuracy.hpp"

namespace h4h::nas {

double accuracy(const Supernet& supernet, const workloads::Network& subnet,
                const EvaluationImages& images, bool bf16) {
  const torch::NoGradGuard no_gradients;
  const Calibration calibration = supernet.calibrate(subnet, images.calibration, bf16);
  const Parameters own = supernet.extract(subnet);
  ForwardMode mode;
  mode.calibrated = &calibration;
  mode.bf16 = bf16;
  std::int64_t right = 0, all = 0;
  for (const Labelled& batch : images.held_out) {
    const torch::Tensor guesses = forward(subnet, own, batch.images, mode).argmax(1);
    right += (guesses == batch.labels).sum().item<std::int64_t>();
    all += batch.labels.size(0);
  }
  return all == 0 ? 0 : static_cast<double>(right) / static_cast<double>(all);
}

std::vector<double> SupernetAccuracy::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  for (const Genotype& candidate : candidates) {
    const Genotype genotype = space_.canonical(candidate);
    auto found = known_.find(genotype);
    if (found == known_.end()) {
      const double measured = accuracy(supernet_, space_.network(genotype), images_, bf16_);
      found = known_.emplace(genotype, measured).first;
    }
    accuracies.push_back(found->second);
  }
  return accuracies;
}

}  // namespace h4h::nas
