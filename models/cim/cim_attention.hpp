#pragma once

#include "models/cim/cim_timing.hpp"

namespace h4h::models {

// Bytes that it needs of the operand buffer: keys and values of a head, and as much again for those
// of the next one, which come meanwhile. `layer` is attention (else std::bad_variant_access).
std::int64_t cim_attention_bytes(const workloads::LayerShape& layer);

// Attention on macros: heads are dealt round robin, a macro works on one head at a time. Its keys
// and values fill the operand buffer and stand in for the words of the memory, in the same
// geometry: `accumulators` keys or output channels, `products` channels or scores of each a step,
// shared by the units, which work on adjacent queries. Scores pass a softmax beside the units.
// Assumption: the H4H paper partitions heads over devices (section 4.2) but does not say how a
// macro multiplies two activations.
CimPlan plan_cim_attention(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                           const workloads::LayerShape& layer, Layout input, Layout output,
                           const CimCut& cut);

}  // namespace h4h::models
