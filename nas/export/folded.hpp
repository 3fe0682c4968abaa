#pragma once

#include "nas/export/lower.hpp"
#include "nas/supernet/forward.hpp"

namespace h4h::nas {

// The constants of inference: batch norms with these statistics are folded into their convolutions
// (in double precision), position biases are expanded to every pair of tokens.
InferenceWeights folded(const workloads::Network& network, const Parameters& parameters,
                        const Calibration& calibration);

}  // namespace h4h::nas
