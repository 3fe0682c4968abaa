#include "nas/train/loss.hpp"

namespace h4h::nas {

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

}  // namespace h4h::nas
