#include "nas/train/loss.hpp"

namespace h4h::nas {
namespace {

// Of one alpha, of each image: the divergence, and what has its gradient.
struct Divergence {
  torch::Tensor value, with_gradient;  // [n]
};

// sum q f(p / q) with f(r) = (r^alpha - 1) / (alpha (alpha - 1)); its gradient is that of
// -sum q rho(p / q) log q with rho = r f' - f, ratios and q held.
Divergence divergence(const torch::Tensor& log_q, const torch::Tensor& log_p, double alpha) {
  constexpr double kMost = 5;
  const torch::Tensor held = log_q.detach(), q = held.exp();
  const torch::Tensor log_ratio = log_p - held;
  if (alpha == 1) {
    const torch::Tensor ratio = log_ratio.exp();
    return {(q * ratio * log_ratio).sum(1), -(q * ratio * log_q).sum(1)};
  }
  const torch::Tensor power = (alpha * log_ratio).exp().clamp_max(kMost);
  const double base = 1 / (alpha * (alpha - 1));
  const torch::Tensor rho = power / alpha + base;
  return {(q * (power - 1)).sum(1) * base, -(q * rho * log_q).sum(1)};
}

}  // namespace

torch::Tensor smoothed_cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels,
                                     double smoothing) {
  const torch::Tensor log_probability = logits.log_softmax(1);
  const torch::Tensor on_label = log_probability.gather(1, labels.unsqueeze(1)).mean();
  return -(1 - smoothing) * on_label - smoothing * log_probability.mean();
}

torch::Tensor distillation_loss(const torch::Tensor& student, const torch::Tensor& teacher) {
  const torch::Tensor target = teacher.detach().log_softmax(1);
  return (target.exp() * (target - student.log_softmax(1))).sum(1).mean();
}

torch::Tensor alpha_divergence_loss(const torch::Tensor& student, const torch::Tensor& teacher) {
  const torch::Tensor log_q = student.log_softmax(1), log_p = teacher.detach().log_softmax(1);
  const Divergence minus = divergence(log_q, log_p, -1), plus = divergence(log_q, log_p, 1);
  const torch::Tensor larger = minus.value > plus.value;
  const torch::Tensor value = torch::where(larger, minus.value, plus.value).mean();
  const torch::Tensor through =
      torch::where(larger, minus.with_gradient, plus.with_gradient).mean();
  return value + (through - through.detach());
}

}  // namespace h4h::nas
