#pragma once

#include "nas/export/lower.hpp"
#include "nas/supernet/forward.hpp"

namespace h4h::nas {

// The constants of a deployed network: the parameters of inference with these statistics, and
// position biases expanded to every pair of tokens.
InferenceWeights inference_constants(const workloads::Network& network,
                                     const Parameters& parameters, const Calibration& calibration);

}  // namespace h4h::nas
