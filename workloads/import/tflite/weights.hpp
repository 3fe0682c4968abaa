#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workloads/import/tflite/model.hpp"

namespace h4h::workloads::tflite {

// Whether the output channel is the slowest or the fastest dimension of a weight tensor.
enum class WeightOrder { channel_first, channel_last };

// The weights' bytes in the encoder's code (coded_size.hpp), seen as `shape`; floats are first
// quantised per output channel. nullopt where the tensor holds fewer values than the shape says.
std::optional<std::int64_t> measured_weight_bytes(const FileTensor& tensor,
                                                  const std::vector<std::int32_t>& shape,
                                                  WeightOrder order);

}  // namespace h4h::workloads::tflite
