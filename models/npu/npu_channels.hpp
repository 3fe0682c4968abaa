#pragma once

#include "models/memory/burst.hpp"
#include "models/npu/npu_config.hpp"

namespace h4h::models {

// What the streams of the NPU may have under way: npu.outstanding bursts. On an Ethos-U85 each of
// them that reads has a buffer of its own besides, and its compiler's estimator counts on 80 % of
// the bursts and on 80 % of what is under way (Vela 5.1.0, ethos_u85_performance.cpp: ChannelBW).
struct NpuChannels {
  InFlight input, operands, weights, scales, copies, output;
};

inline NpuChannels npu_channels(const NpuConfig& config, std::int64_t outstanding) {
  const auto channel = [&](std::int64_t buffer) {
    return config.is_u85() ? InFlight{outstanding, buffer, 80, 80} : InFlight{outstanding, buffer};
  };
  const ReadBuffers& b = config.read_buffers;
  return {channel(b.input),  channel(b.operands), channel(b.weights),
          channel(b.scales), channel(b.copies),   channel(0)};
}

}  // namespace h4h::models
