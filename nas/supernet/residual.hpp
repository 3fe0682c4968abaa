#pragma once

#include <cstddef>
#include <map>

#include "workloads/ir/network.hpp"

namespace h4h::nas {

// The sums whose second operand is what their first was computed from, so an identity shortcut
// around a branch: index of the sum -> index of the last layer of its branch.
std::map<std::size_t, std::size_t> residual_branches(const workloads::Network& network);

}  // namespace h4h::nas
