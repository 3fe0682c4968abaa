#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workloads/import/onnx/constant.hpp"

namespace h4h::workloads::onnx {

// The weights' bytes in the encoder's code (coded_size.hpp), their axes taken in `order`, slowest
// first; `channel` is the axis of the output channels. Floats are first quantised per output
// channel. nullopt where the file does not hold the values as they are used.
std::optional<std::int64_t> measured_weight_bytes(const Constant& weights,
                                                  const std::vector<int>& order, int channel);

}  // namespace h4h::workloads::onnx
