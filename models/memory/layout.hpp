#pragma once

#include <cstdint>

#include "models/time/picoseconds.hpp"
#include "workloads/ir/shape.hpp"

namespace h4h::models {

// How a feature map lies in memory. Networks begin and end in NHWC; between layers the NPU keeps
// groups of 16 channels (NHCWB16), whose last group is stored whole (Vela 5.1.0). A byte an
// element.
enum class Layout { nhwc, nhcwb16 };
constexpr std::int64_t kNhcwb16Channels = 16;

constexpr std::int64_t stored_channels(std::int64_t channels, Layout layout) {
  return layout == Layout::nhcwb16 ? round_up(channels, kNhcwb16Channels) : channels;
}

inline std::int64_t stored_bytes(const workloads::Shape& shape, Layout layout) {
  return shape.pixels() * stored_channels(shape.channels, layout);
}

// Bytes that lie together when `channels` of a feature map's `all` channels are read or written
// over `columns` adjacent pixels of a row. NHWC: a pixel's channels, joined over pixels where they
// are all of them. NHWCB16: a row of a group of channels, unless a pixel gets only a part of the
// group.
constexpr std::int64_t run_bytes(Layout layout, std::int64_t columns, std::int64_t channels,
                                 std::int64_t all) {
  if (layout == Layout::nhwc) return channels >= all ? columns * channels : channels;
  const bool whole_groups = channels >= all || channels % kNhcwb16Channels == 0;
  return whole_groups ? columns * kNhcwb16Channels
                      : (channels < kNhcwb16Channels ? channels : kNhcwb16Channels);
}

}  // namespace h4h::models
