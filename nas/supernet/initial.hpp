#pragma once

#include <cstdint>

#include "nas/supernet/parameters.hpp"

namespace h4h::nas {

// Values to start training from. Convolutions: normal, variance 2 / fan-out (He et al. 2015);
// linear layers and those of transformer blocks: variance 1 / fan-in. Branches of residual sums
// start small: the scale of their last batch norm at 0, the last weights of a transformer's at a
// tenth. Each tensor has a stream of its own, of `seed` and its name.
Parameters initial_parameters(const workloads::Network& network, std::uint64_t seed);

}  // namespace h4h::nas
