#pragma once

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// A transposition at the rate of the memory: all elements are read and written, once where two axes
// change places, twice where three do (Vela 5.1.0, Regor; what the MAC array or the output stage
// does is not told). The legacy compiler makes an average pool of rows against columns, and leaves
// the others to the CPU.
NpuPlan plan_transpose(const workloads::LayerShape& layer, Layout input, Layout output);

// Passes over the map: 1 or 2.
std::int64_t transpose_passes(const workloads::Transpose& op);

}  // namespace h4h::models
