#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/report/report.hpp"
#include "sim/variants/variant_point.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// A part of a chip that a layer can wait for, and the chip on which it takes no time: its bandwidth
// is 1000 GB/s, and its latency or warm-up 0. The NPU's accumulators and output buffers are four
// blocks each, as many as keys allow: what is left of that wait is the output stage itself.
struct IdealPart {
  std::string name;  // "noc", "sram", "weights", "external", "accumulators"
  platforms::Platform chip;
};
std::vector<IdealPart> ideal_parts(const platforms::Platform& platform);

// Why a layer takes its time. What it waits for is simulated, not estimated: the same layer with
// the same shares on the chip of an ideal part. Parts work at the same time, so these do not add
// up.
struct LayerReasons {
  std::string name, op;
  models::Picoseconds time;
  std::vector<models::Picoseconds> busy;   // by DeviceId: some of its parts compute
  std::vector<models::Picoseconds> waits;  // by ideal part: how much less time it would take
  Bound bound;
  // Bytes of 8-bit tensors as the layer has them, and as they pass the link or a memory; more where
  // something is read again, or padded.
  std::int64_t input_bytes = 0, output_bytes = 0, weight_bytes = 0;
  std::int64_t read_bytes = 0, written_bytes = 0, weight_bytes_read = 0, external_bytes = 0;
  bool measured = false;  // its time is from a table, so that nothing is known of waits
};

// Of each layer in file order; `report` is of the mapping. Simulates the network once for each of
// `parts`.
std::vector<LayerReasons> reasons(JobResults& results, const workloads::Network& network,
                                  const Mapping& mapping, const Report& report,
                                  const std::vector<IdealPart>& parts);

// A network on a chip with one value changed, under its best mapping there.
struct WhatIf {
  std::string setting;      // "noc.bandwidth=16 GB/s"
  std::string before;       // "8 GB/s"
  std::string explanation;  // "twice the bandwidth of the NoC"
  VariantPoint point;
};

// A key whose value is multiplied.
struct Change {
  std::string key, explanation;
  double factor = 2;
};
// Twice of each part: the bandwidth of the NoC and of each memory, the SRAM, the MACs of the NPU,
// the macros and their units; half the warm-up of the NoC and the step of the macros. The same of
// listed devices of these types.
std::vector<Change> usual_changes(const platforms::Platform& platform);

// nullopt where the key does not allow the value, or the chip has no such part.
std::optional<WhatIf> what_if(JobResults& results, const platforms::Platform& platform,
                              const workloads::Network& network, const MappingWanted& wanted,
                              const Change& change);

}  // namespace h4h::sim
