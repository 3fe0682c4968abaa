#include "nas/train/accuracy.hpp"

#include <algorithm>

#include "nas/accuracy/health.hpp"
#include "nas/supernet/folded.hpp"

namespace h4h::nas {

std::vector<bool> classified_right(const Supernet& supernet, const workloads::Network& subnet,
                                   const EvaluationImages& images, bool bf16) {
  const torch::NoGradGuard no_gradients;
  const Parameters own = folded(subnet, supernet.extract(subnet),
                                supernet.calibrate(subnet, images.calibration, bf16));
  ForwardMode mode;
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

std::vector<bool> SupernetAccuracy::measure(const workloads::Network& network) const {
  return classified_right(supernet_, network, images_, bf16_);
}

const SupernetAccuracy::Measured& SupernetAccuracy::measured(const Genotype& genotype) {
  const Genotype canonical = space_.canonical(genotype);
  const auto found = known_.find(canonical);
  if (found != known_.end()) return found->second;
  const std::vector<bool> right = measure(space_.network(canonical));
  const Measured made{share_of(right), static_cast<std::int64_t>(right.size())};
  return known_.emplace(canonical, made).first->second;
}

std::vector<double> SupernetAccuracy::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  for (const Genotype& candidate : candidates) accuracies.push_back(measured(candidate).accuracy);
  return accuracies;
}

std::optional<double> SupernetAccuracy::standard_error(const Genotype& genotype) {
  const Measured& made = measured(genotype);
  return nas::standard_error(made.accuracy, made.images);
}

}  // namespace h4h::nas
