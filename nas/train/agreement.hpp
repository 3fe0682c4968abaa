#pragma once

#include <cstdint>
#include <map>

#include "nas/train/adamw.hpp"
#include "nas/train/batches.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::nas {

// Of the tensors of one group in two gradients, in the elements that neither has as zero: those
// that both networks use.
struct Agreement {
  double inner = 0, first_square = 0, second_square = 0;
  std::int64_t tensors = 0, opposed = 0;  // opposed: of a negative inner product

  double cosine() const;
  double opposed_share() const;
};

// Without groups in which they share no element. `parameters` say what group a tensor is of; both
// gradients are of the sizes of the supernet's tensors.
std::map<ParameterGroup, Agreement> agreements(const Tensors& first, const Tensors& second,
                                               const Parameters& parameters);

// Of the loss of the labels in one subnet, without dropout, in all groups, with the sizes of the
// supernet's tensors and zeros outside of the subnet's slices.
Tensors subnet_gradients(const Parameters& parameters, const workloads::Network& subnet,
                         const Labelled& batch, double label_smoothing);

}  // namespace h4h::nas
