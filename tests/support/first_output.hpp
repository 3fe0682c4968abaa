#pragma once

#include "workloads/ir/network.hpp"

namespace h4h::tests {

inline workloads::Shape first_output(const workloads::Network& net) {
  return net.tensors.at(net.outputs.at(0)).shape;
}

}  // namespace h4h::tests
