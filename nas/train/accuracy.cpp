#include "nas/train/accuracy.hpp"

#include <algorithm>

#include "nas/accuracy/health.hpp"

namespace h4h::nas {

std::vector<bool> classified_right(const Supernet& supernet, const workloads::Network& subnet,
                                   const EvaluationImages& images, bool bf16) {
  const torch::NoGradGuard no_gradients;
  const Calibration calibration = supernet.calibrate(subnet, images.calibration, bf16);
  const Parameters own = supernet.extract(subnet);
  ForwardMode mode;
  mode.calibrated = &calibration;
  mode.bf16 = bf16;
  std::vector<bool> right;
  for (const Labelled& batch : images.held_out) {
    const torch::Tensor equal =
        (forward(subnet, own, batch.images, mode).argmax(1) == batch.labels).contiguous();
    right.insert(right.end(), equal.data_ptr<bool>(), equal.data_ptr<bool>() + equal.numel());
  }
  return right;
}

double ScreenAccuracy::measure(const workloads::Network& network) const {
  const torch::NoGradGuard no_gradients;
  const Parameters own = supernet_.extract(network);
  ForwardMode mode;
  mode.bf16 = bf16_;
  std::int64_t right = 0, images = 0;
  for (const Labelled& batch : images_.held_out) {
    if (images >= count_) break;
    const torch::Tensor found = forward(network, own, batch.images, mode).argmax(1);
    right += (found == batch.labels).sum().item<std::int64_t>();
    images += batch.labels.size(0);
  }
  return images == 0 ? 0 : static_cast<double>(right) / static_cast<double>(images);
}

std::vector<double> ScreenAccuracy::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> estimates;
  for (const Genotype& candidate : candidates) {
    estimates.push_back(measure(space_.network(space_.canonical(candidate))));
  }
  return estimates;
}

double share_of(const std::vector<bool>& right) {
  const auto count = std::count(right.begin(), right.end(), true);
  return right.empty() ? 0 : static_cast<double>(count) / static_cast<double>(right.size());
}

double accuracy(const Supernet& supernet, const workloads::Network& subnet,
                const EvaluationImages& images, bool bf16) {
  return share_of(classified_right(supernet, subnet, images, bf16));
}

double SupernetAccuracy::measure(const workloads::Network& network) const {
  return accuracy(supernet_, network, images_, bf16_);
}

std::vector<double> SupernetAccuracy::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  for (const Genotype& candidate : candidates) {
    const Genotype genotype = space_.canonical(candidate);
    auto found = known_.find(genotype);
    if (found == known_.end()) {
      found = known_.emplace(genotype, measure(space_.network(genotype))).first;
    }
    accuracies.push_back(found->second);
  }
  return accuracies;
}

std::optional<double> SupernetAccuracy::standard_error(const Genotype& genotype) {
  std::int64_t count = 0;
  for (const Labelled& batch : images_.held_out) count += batch.labels.size(0);
  return nas::standard_error(evaluate({genotype}).front(), count);
}

}  // namespace h4h::nas
