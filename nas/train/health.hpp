#pragma once

#include "nas/accuracy/health.hpp"
#include "nas/recipe/subspace.hpp"
#include "nas/train/accuracy.hpp"

namespace h4h::nas {

// Of the networks of `subspace`, those that were trained in the end: the smallest, the largest and
// `count` stratified ones, each measured on the held-out images with its own batch norms.
Health measure_health(const Space& space, const Subspace& subspace, const Supernet& supernet,
                      const EvaluationImages& images, std::size_t count, bool bf16);

}  // namespace h4h::nas
