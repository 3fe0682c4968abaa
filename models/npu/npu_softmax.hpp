#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// Softmax over the channels of every pixel (a row), in the passes that Vela 5.1.0 lowers it to. Of
// `rows` x `depth` elements:
//   maximum of a row     max pooling, `depth` taps           int8 -> int8, a value a row
//   exponential          difference and look-up              int8 -> int32
//   scaling              shift                               int32
//   sum of a row         reduction                           int32, a value a row
//   reciprocal of a row  21 operations on a value a row      int32
//   product, scaling     multiplication, shift               int32 -> int8
// An Ethos-U85 transposes the map first where there are several rows, and runs the last passes and
// those on a value a row in chains of up to four operators.
// Maps between passes lie in the activation memory in NHCWB16, so a value a row takes 16 bytes. So
// the legacy estimator has it; Regor folds the rows into fewer groups. Operations on two maps go at
// Regor's rate (entry 1 of Vela's table), shifts and those with a constant at the legacy
// estimator's (entry 0); the maximum is charged like any pooling that slides (pooling_times).
// Source: the operators that Vela 5.1.0 makes of SOFTMAX for an Ethos-U55, and its estimates of
// each; that listing is not part of the repository.
NpuPlan plan_softmax(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                     Layout output);

// Cycles of softmax of `rows` x `depth` elements that stays inside the NPU: of all passes without
// their memory, or of one pass at `config.softmax_cycles` an element where that is given.
std::int64_t softmax_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth);

}  // namespace h4h::models
