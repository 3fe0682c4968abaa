#pragma once

#include <cstdint>

#include "models/time/picoseconds.hpp"
#include "workloads/ir/shape.hpp"

namespace h4h::models {

// How a feature map lies in memory. Networks begin and end in NHWC; between layers the NPU keeps
// bricks of 16 channels (NHCWB16), whose last brick is stored whole.
enum class Layout { nhwc, bricks };
constexpr std::int64_t kBrickChannels = 16;

constexpr std::int64_t stored_channels(std::int64_t channels, Layout layout) {
  return layout == Layout::bricks ? round_up(channels, kBrickChannels) : channels;
}

// One byte an element.
inline std::int64_t stored_bytes(const workloads::Shape& shape, Layout layout) {
  return shape.pixels() * stored_channels(shape.channels, layout);
}

}  // namespace h4h::models
