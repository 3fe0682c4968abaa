#include "platforms/description/key_fields.hpp"
#include "platforms/description/key_tables.hpp"
#include "platforms/description/type_entries.hpp"

namespace h4h::platforms {
const std::vector<std::int64_t>& npu_sizes(NpuType type) {
  static const std::vector<std::int64_t> kU55{32, 64, 128, 256}, kU65{256, 512},
      kU85{128, 256, 512, 1024, 2048};
  switch (type) {
    case NpuType::ethos_u55:
      return kU55;
    case NpuType::ethos_u65:
      return kU65;
    case NpuType::ethos_u85:
      break;
  }
  return kU85;
}

std::vector<Key> npu_keys(DeviceId device) {
  using D = Dimension;
  const SlotOf<Npu> slot(device);
  IntegerField macs =
      one_of(INTEGER(own.macs_per_cycle, 32, 2048), {32, 64, 128, 256, 512, 1024, 2048});
  macs.only_with = [slot](const Platform& p) -> const std::vector<std::int64_t>& {
    return npu_sizes(slot.values<Npu>(p).type);
  };
  return {
      {"npu.type", D::count, "member of Arm's family: its sizes, blocks and rates",
       CHOICE(NpuType, own.type), Affects::layers, std::nullopt, "ethos-u55"},
      {"npu.macs_per_cycle", D::count,
       "8 b x 8 b multiply-accumulates per cycle; ethos-u55: 32 .. 256, ethos-u65: 256, 512, "
       "ethos-u85: 128 .. 2048",
       macs, Affects::layers},
      {"npu.clock", D::frequency, "clock of the NPU; \"cycles\" in reports are its cycles",
       INTEGER(own.clock_hz, 1'000'000, 10'000'000'000), Affects::layers},
      {"npu.weights.port", D::count,
       "whether NPU weights are fetched over the NoC or over a dedicated AXI port",
       CHOICE(WeightsPort, own.weights_port), Affects::layers},
      {"npu.weights.schedule", D::count,
       "which weights behind a dedicated AXI port are copied ahead into the activation memory: as "
       "Arm's compiler decides, or whichever way the layer is faster",
       CHOICE(WeightCopies, own.weight_copies), Affects::layers},
      {"npu.ifm_buffers", D::count, "input blocks held: 2 is double buffering",
       INTEGER(own.ifm_buffers, 1, 4), Affects::layers},
      {"npu.accumulators", D::count, "accumulator blocks between MAC array and output stage",
       INTEGER(own.accumulators, 1, 4), Affects::layers},
      {"npu.ofm_buffers", D::count, "output blocks held until they are written",
       INTEGER(own.ofm_buffers, 1, 4), Affects::layers},
      {"npu.outstanding", D::count, "outstanding bursts of a stream of the NPU",
       INTEGER(own.outstanding, 1, 256), Affects::layers},
      {"npu.command_floor", D::count,
       "whether a block takes at least a quarter of its work and memory time, as Arm's estimators "
       "charge for its commands",
       CHOICE(CommandFloor, own.command_floor), Affects::layers},
      {"npu.traversal", D::count,
       "of an ethos-u85: steps of a kernel in part-kernel traversal, as the rule says by which "
       "Arm's compiler chooses that traversal, or as its estimator charges them (no 3x3 above 75 % "
       "of the peak)",
       CHOICE(TraversalRule, own.traversal), Affects::layers, std::nullopt, "hardware"},
      {"npu.softmax.cycles_per_element", D::count,
       "softmax in one pass of so many cycles per element, channels in whole groups of 16; 0: in "
       "the passes that Arm's compiler makes of it",
       INTEGER(own.softmax_cycles, 0, 10'000), Affects::layers},
      {"npu.layer_norm.cycles_per_element", D::count,
       "layer norm, per element with channels in whole groups of 16",
       INTEGER(own.layer_norm_cycles, 1, 10'000), Affects::layers},
      {"npu.dynamic_matmul.rule", D::count, "how the NPU multiplies two feature maps",
       CHOICE(MatmulRule, own.matmul_rule), Affects::layers},
      {"npu.dynamic_matmul.utilization", D::ratio, "share of the peak under the rule dense",
       RealField{MEMBER(hardware.own.matmul_utilization), 0.001, 1}, Affects::layers},
      {"npu.measured", D::count,
       "measured times and energies of layers on the NPU; of shared ones as smaller layers",
       TableField{MEMBER(hardware.own.measured), MeasuredIn::time_or_cycles}, Affects::network},
      {"energy.npu_mac", D::energy, "one NPU multiply-accumulate, its buffers included",
       REAL(energy.npu_mac, 0, 1e-6), Affects::energy_and_area},
      {"energy.npu_cycle", D::energy,
       "one cycle in which the NPU's array or output stage works, whatever its size",
       REAL(energy.npu_cycle, 0, 1e-6), Affects::energy_and_area},
      {"energy.npu_lane_cycle", D::energy,
       "the same cycle of each MAC lane (npu.macs_per_cycle), on top of the fixed part",
       REAL(energy.npu_lane_cycle, 0, 1e-6), Affects::energy_and_area},
      {"area.npu", D::area, "the NPU with its buffers", OPTIONAL(area.npu, 0, 1e6),
       Affects::energy_and_area},
  };
}

TypeEntry npu_type() {
  TypeEntry entry{"npu", {}, npu_keys};
  for (const NpuType type : kEnumValues<NpuType>) entry.words.push_back(to_string(type));
  return entry;
}

}  // namespace h4h::platforms
