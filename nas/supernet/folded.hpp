#pragma once

#include "nas/supernet/forward.hpp"

namespace h4h::nas {

// The parameters of inference: batch norms with these statistics are folded into the weights of
// their convolutions (in double precision), which have a bias in their place; the others are
// `parameters`' own. std::out_of_range for a layer that has no parameters or no statistics.
Parameters folded(const workloads::Network& network, const Parameters& parameters,
                  const Calibration& calibration);

}  // namespace h4h::nas
