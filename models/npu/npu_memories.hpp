#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "models/npu/npu_channels.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// A memory as the NPU's compiler sees it, in cycles of the NPU. Defaults: a port of 64 bits, and
// the burst of the SRAM in Arm/vela.ini.
struct NpuMemory {
  double bytes_per_cycle = 8;
  std::int64_t latency_cycles = 0;
  std::int64_t burst_bytes = 32;

  // Bytes as if every burst were full (Vela 5.1.0): runs shorter than a burst waste the rest of it.
  std::int64_t derated(std::int64_t bytes, std::int64_t run) const {
    return bytes * burst_bytes / std::min(burst_bytes, run);
  }
};

// Bytes a cycle at most that a stream moves, whatever the port has (npu_channels.hpp).
struct StreamRates {
  static constexpr double kAny = std::numeric_limits<double>::infinity();
  double input = kAny, output = kAny, weights = kAny, scales = kAny, copies = kAny;
};

struct NpuMemories {
  NpuMemory activations, weights;
  bool private_weights = false;  // on a port of their own
  bool room_for_copies = true;   // of weights, beside the activations
  StreamRates streams{};         // of an Ethos-U85
};

// Of an NPU on the link and the memories of `hardware`, whose own NPU does not matter. The rate is
// that of the memory or the link, whichever is lower; latencies are rounded up to cycles.
inline NpuMemories npu_memories(const platforms::Npu& npu, const platforms::Hardware& hardware) {
  const Clock clock(npu.clock_hz);
  const auto seen = [&](const platforms::Memory& memory, std::int64_t link) {
    return NpuMemory{
        static_cast<double>(std::min(memory.bandwidth, link)) / static_cast<double>(npu.clock_hz),
        clock.cycles({memory.latency_ps}), memory.burst_bytes};
  };
  const bool own_port = npu.weights_port == platforms::WeightsPort::private_port;
  NpuMemories memories{seen(hardware.sram, hardware.noc.bandwidth),
                       seen(hardware.weights, own_port ? INT64_MAX : hardware.noc.bandwidth),
                       own_port};
  if (npu.type != platforms::NpuType::ethos_u85) return memories;
  const auto rate = [&](const platforms::Memory& memory, const InFlight& stream) {
    if (stream.bursts == 0) return StreamRates::kAny;
    return static_cast<double>(burst_rate(memory, stream)) / static_cast<double>(npu.clock_hz);
  };
  const NpuChannels channels =
      npu_channels(npu_config(npu.type, npu.macs_per_cycle), npu.outstanding);
  memories.streams = {rate(hardware.sram, channels.input), rate(hardware.sram, channels.output),
                      rate(hardware.weights, channels.weights),
                      rate(hardware.weights, channels.scales),
                      rate(hardware.weights, channels.copies)};
  return memories;
}

inline NpuMemories npu_memories(const platforms::Hardware& hardware) {
  return npu_memories(hardware.npu, hardware);
}

}  // namespace h4h::models
