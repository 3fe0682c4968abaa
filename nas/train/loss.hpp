#pragma once

#include <torch/types.h>

namespace h4h::nas {

// Cross entropy of logits [n, classes] with targets of 1 - smoothing on the label and smoothing
// spread over all classes (Szegedy et al. 2016); the mean of the batch.
torch::Tensor smoothed_cross_entropy(const torch::Tensor& logits, const torch::Tensor& labels,
                                     double smoothing);

// Kullback-Leibler divergence of the student from the teacher's probabilities, the mean of the
// batch. No gradient flows into the teacher.
// Both logits [n, classes] (Hinton et al. 2015, temperature 1).
torch::Tensor distillation_loss(const torch::Tensor& student, const torch::Tensor& teacher);

// The adaptive alpha-divergence of AlphaNet (Wang et al. 2021), the mean of the batch: for each
// image the larger of those of alpha -1 and 1. For -1 the ratios of probabilities, student /
// teacher, are at most 5, as there. The gradient is that of the logarithm of the student's
// probabilities with the ratios held. No gradient flows into the teacher.
torch::Tensor alpha_divergence_loss(const torch::Tensor& student, const torch::Tensor& teacher);

}  // namespace h4h::nas
