#pragma once

#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What moves nothing inside a network, as Arm's compiler has it (Vela 5.1.0): a reshape; a slice
// without steps, whose readers read its input from an offset on; and a concat, whose producers
// write at offsets into its output. A slice is copied where somebody outside reads it or a reshape
// does; a concat, where the producer of one of its inputs is outside the network or has other
// readers, or is itself such a view.
struct Views {
  std::vector<bool> layers;  // per layer
  // Per tensor: the tensor in whose memory it lies, itself in the most cases.
  std::vector<workloads::TensorId> stored_in;
  // Per tensor: must be NHWC, since a reshape keeps the order of its elements, or since a part of
  // it begins inside a group of 16 channels.
  std::vector<bool> in_order;
};

Views views_of(const workloads::Network& network);

}  // namespace h4h::sim
