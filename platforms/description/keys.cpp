#include "platforms/description/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace h4h::platforms {
namespace {

constexpr std::int64_t kMs = 1'000'000'000, kTenUs = 10'000'000;
constexpr std::int64_t kGiB = std::int64_t{1} << 30;

template <typename Enum, typename Access>
ChoiceField choice(Access access) {
  const Member<Enum> of(access);
  ChoiceField field;
  for (const Enum value : kEnumValues<Enum>) field.names.push_back(to_string(value));
  field.set = [of](Platform& p, std::size_t i) { of(p) = kEnumValues<Enum>.at(i); };
  field.get = [of](const Platform& p) { return static_cast<std::size_t>(of(p)); };
  return field;
}

IntegerField one_of(IntegerField field, std::vector<std::int64_t> values) {
  field.only = std::move(values);
  return field;
}

// A lambda that returns a field of a Platform& or const Platform&.
#define MEMBER(member) \
  [](auto& p) -> auto& { return p.member; }
#define INTEGER(member, low, high)         \
  IntegerField {                           \
    MEMBER(hardware.member), low, high, {} \
  }
#define REAL(member, low, high) \
  RealField { MEMBER(coefficients.member), low, high }
#define OPTIONAL(member, low, high) \
  OptionalField { MEMBER(coefficients.member), low, high }
#define CHOICE(Enum, member) choice<Enum>(MEMBER(hardware.member))

std::vector<Key> make_keys() {
  using D = Dimension;
  return {
      {"npu.macs_per_cycle", D::count, "8 b x 8 b multiply-accumulates per cycle",
       one_of(INTEGER(npu.macs_per_cycle, 32, 256), {32, 64, 128, 256}), Decides::layers},
      {"npu.clock", D::frequency, "clock of the NPU; \"cycles\" in reports are its cycles",
       INTEGER(npu.clock_hz, 1'000'000, 10'000'000'000), Decides::layers},
      {"npu.weights.port", D::count,
       "whether NPU weights are fetched over the NoC or over a dedicated AXI port",
       CHOICE(WeightsPort, npu.weights_port), Decides::layers},
      {"npu.weights.schedule", D::count,
       "which weights behind a dedicated AXI port are copied ahead into the activation memory: as "
       "Arm's compiler decides, or whichever way the layer is faster",
       CHOICE(WeightCopies, npu.weight_copies), Decides::layers},
      {"npu.ifm_buffers", D::count, "input blocks held: 2 is double buffering",
       INTEGER(npu.ifm_buffers, 1, 4), Decides::layers},
      {"npu.accumulators", D::count, "accumulator blocks between MAC array and output stage",
       INTEGER(npu.accumulators, 1, 4), Decides::layers},
      {"npu.ofm_buffers", D::count, "output blocks held until they are written",
       INTEGER(npu.ofm_buffers, 1, 4), Decides::layers},
      {"npu.outstanding", D::count, "outstanding bursts of a stream of the NPU",
       INTEGER(npu.outstanding, 1, 64), Decides::layers},
      {"npu.command_floor", D::count,
       "whether a block takes at least a quarter of its work and memory time, as Arm's estimators "
       "charge for its commands",
       CHOICE(CommandFloor, npu.command_floor), Decides::layers},
      {"npu.softmax.cycles_per_element", D::count,
       "softmax in one pass of so many cycles per element, channels in whole groups of 16; 0: in "
       "the "
       "passes that Arm's compiler makes of it",
       INTEGER(npu.softmax_cycles, 0, 10'000), Decides::layers},
      {"npu.layer_norm.cycles_per_element", D::count,
       "layer norm, per element with channels in whole groups of 16",
       INTEGER(npu.layer_norm_cycles, 1, 10'000), Decides::layers},
      {"npu.dynamic_matmul.rule", D::count, "how the NPU multiplies two feature maps",
       CHOICE(MatmulRule, npu.matmul_rule), Decides::layers},
      {"npu.dynamic_matmul.utilization", D::ratio, "share of the peak under the rule dense",
       RealField{MEMBER(hardware.npu.matmul_utilization), 0.001, 1}, Decides::layers},
      {"npu.measured", D::count,
       "measured times and energies of layers on the NPU; of shared ones as smaller layers",
       TableField{MEMBER(hardware.npu.measured), MeasuredIn::time_or_cycles}, Decides::network},
      {"cim.macros", D::count, "compute-in-memory macros on the NoC; 0 for an NPU alone",
       INTEGER(cim.macros, 0, 1024), Decides::network},
      {"cim.compute_units", D::count, "units in each macro that share every word read",
       INTEGER(cim.compute_units, 1, 64), Decides::network},
      {"cim.accumulators", D::count, "output channels that one word serves",
       INTEGER(cim.accumulators, 1, 256), Decides::layers},
      {"cim.products", D::count, "products summed into an accumulator per step",
       INTEGER(cim.products, 1, 1024), Decides::layers},
      {"cim.macro_size", D::bits, "weight memory of one macro",
       INTEGER(cim.macro_size_bits, 1024, 1024 * kGiB), Decides::network},
      {"cim.step", D::time, "initiation interval of a unit: one word against one input window",
       INTEGER(cim.step_ps, 1, kTenUs), Decides::layers},
      {"cim.read_time", D::time, "reading a word; the interval of the steps where it is longer",
       INTEGER(cim.read_time_ps, 1, kTenUs), Decides::layers},
      {"cim.stream_buffer", D::bytes,
       "input streaming buffer of a macro: half in use, half being filled",
       INTEGER(cim.stream_buffer_bytes, 64, kGiB), Decides::layers},
      {"cim.outstanding", D::count, "outstanding bursts of a stream of the macros",
       INTEGER(cim.outstanding, 1, 64), Decides::layers},
      {"cim.dynamic_operands.size", D::bytes,
       "operand buffer of a macro for products of two activations; half in use, half being filled; "
       "0 for macros without",
       INTEGER(cim.operand_buffer_bytes, 0, kGiB), Decides::layers},
      {"cim.dynamic_operands.softmax", D::time, "softmax of a macro, per score",
       INTEGER(cim.softmax_ps, 1, kTenUs), Decides::layers},
      {"cim.capacity", D::count, "whether the weights mapped to macros must fit",
       CHOICE(Capacity, cim.capacity), Decides::network},
      {"cim.replication", D::count,
       "whether macros without a word of a layer repeat words of others and share their outputs",
       CHOICE(Replication, cim.replication), Decides::layers},
      {"cim.word_hold", D::count,
       "how long a word serves once it is read: a step, or all outputs of a tile (an ablation: "
       "their "
       "sums are kept in the output buffer, 4 B each, from word to word)",
       CHOICE(WordHold, cim.word_hold), Decides::layers},
      {"cim.volatile", D::count,
       "whether macros lose their weights without power and reload them at every wake-up",
       CHOICE(Volatility, cim.volatility), Decides::network},
      {"cim.measured", D::count,
       "measured times and energies of layers on the macros, with all macros and units in use; of "
       "shared ones as smaller layers",
       TableField{MEMBER(hardware.cim.measured), MeasuredIn::time}, Decides::network},
      {"noc.bandwidth", D::bandwidth, "of the shared link, per direction if duplex is full",
       INTEGER(noc.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"noc.warm_up", D::time, "paid once by the initiator that gains the link",
       INTEGER(noc.warm_up_ps, 0, kMs), Decides::layers},
      {"noc.duplex", D::count, "whether reads and writes share the link's bandwidth",
       CHOICE(Duplex, noc.duplex), Decides::layers},
      {"noc.exclusivity", D::count,
       "how long an initiator owns the link; layer and none are ablations",
       CHOICE(Exclusivity, noc.exclusivity), Decides::layers},
      {"sram.size", D::bytes, "activation memory", INTEGER(sram.size_bytes, 1024, 1024 * kGiB),
       Decides::network},
      {"sram.bandwidth", D::bandwidth, "of the activation memory, per direction",
       INTEGER(sram.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"sram.latency", D::latency, "from a request to its first beat",
       INTEGER(sram.latency_ps, 0, kTenUs), Decides::layers},
      {"sram.burst", D::bytes, "longest burst; data in shorter runs is read in shorter bursts",
       INTEGER(sram.burst_bytes, 1, 4096), Decides::layers},
      {"sram.overflow", D::count, "what happens to activations beyond the size of the SRAM",
       CHOICE(Overflow, sram.overflow), Decides::network},
      {"weights.bandwidth", D::bandwidth, "of the weight memory",
       INTEGER(weights.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"weights.latency", D::latency, "from a request to its first beat",
       INTEGER(weights.latency_ps, 0, kTenUs), Decides::layers},
      {"weights.burst", D::bytes, "longest burst", INTEGER(weights.burst_bytes, 1, 4096),
       Decides::layers},
      {"backing.bandwidth", D::bandwidth, "external memory: bandwidth, per direction",
       INTEGER(external.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"backing.latency", D::latency, "external memory: from a request to its first beat",
       INTEGER(external.latency_ps, 0, kTenUs), Decides::layers},
      {"backing.burst", D::bytes,
       "external memory: longest burst; data in shorter runs is read in shorter bursts",
       INTEGER(external.burst_bytes, 1, 4096), Decides::layers},
      {"energy.npu_mac", D::energy, "one NPU multiply-accumulate, its buffers included",
       REAL(energy.npu_mac, 0, 1e-6), Decides::prices},
      {"energy.npu_cycle", D::energy,
       "one cycle in which the NPU's array or output stage works, whatever its size",
       REAL(energy.npu_cycle, 0, 1e-6), Decides::prices},
      {"energy.npu_lane_cycle", D::energy,
       "the same cycle of each MAC lane (npu.macs_per_cycle), on top of the fixed part",
       REAL(energy.npu_lane_cycle, 0, 1e-6), Decides::prices},
      {"energy.sram_byte", D::energy, "one byte read from or written to the activation memory",
       REAL(energy.sram_byte, 0, 1e-6), Decides::prices},
      {"energy.noc_byte", D::energy, "one byte over the NoC", REAL(energy.noc_byte, 0, 1e-6),
       Decides::prices},
      {"energy.weight_byte", D::energy, "one byte read from the weight memory",
       REAL(energy.weight_byte, 0, 1e-6), Decides::prices},
      {"energy.backing_byte", D::energy, "one byte read from or written to the external memory",
       REAL(energy.external_byte, 0, 1e-6), Decides::prices},
      {"energy.cim_read_bit", D::energy, "one bit of a word read in a macro",
       REAL(energy.cim_read_bit, 0, 1e-6), Decides::prices},
      {"energy.cim_mac", D::energy, "one multiply-accumulate in a macro",
       REAL(energy.cim_mac, 0, 1e-6), Decides::prices},
      {"energy.cim_conversion", D::energy,
       "one sum of a step converted to a number, in macros that compute in analog",
       REAL(energy.cim_conversion, 0, 1e-6), Decides::prices},
      {"energy.cim_write_byte", D::energy,
       "one byte of weights written into a macro: volatile ones, at every wake-up",
       REAL(energy.cim_write_byte, 0, 1e-6), Decides::prices},
      {"energy.cim_softmax", D::energy, "one score through the softmax of a macro",
       REAL(energy.cim_softmax, 0, 1e-6), Decides::prices},
      {"energy.cim_operand_byte", D::energy, "one byte read or written in a macro's buffers",
       REAL(energy.cim_operand_byte, 0, 1e-6), Decides::prices},
      {"area.npu", D::area, "the NPU with its buffers", OPTIONAL(area.npu, 0, 1e6),
       Decides::prices},
      {"area.sram", D::area, "the activation memory", OPTIONAL(area.sram, 0, 1e6), Decides::prices},
      {"area.noc", D::area, "the network on chip", OPTIONAL(area.noc, 0, 1e6), Decides::prices},
      {"area.weights", D::area, "the weight memory", OPTIONAL(area.weights, 0, 1e6),
       Decides::prices},
      {"area.cim_memory", D::area, "the memory of one macro", REAL(area.cim_memory, 0, 1e6),
       Decides::prices},
      {"area.cim_unit", D::area, "one compute unit", REAL(area.cim_unit, 0, 1e6), Decides::prices},
      {"area.cim_controller", D::ratio, "the input controller, as a share of the macro",
       REAL(area.cim_controller, 0, 1), Decides::prices},
      {"area.cim_operand_byte", D::area,
       "a byte of a macro's operand buffer (cim.dynamic_operands.size), on top of the macro",
       REAL(area.cim_operand_byte, 0, 1), Decides::prices},
      {"leakage.system", D::power, "always on while a network runs", REAL(leakage.system, 0, 1e3),
       Decides::prices},
      {"leakage.macro", D::power, "each macro that a mapping powers, without its operand buffer",
       REAL(leakage.macro, 0, 1e3), Decides::prices},
      {"leakage.cim_operand_byte", D::power,
       "a byte of the operand buffer of each macro that a mapping powers",
       REAL(leakage.cim_operand_byte, 0, 1), Decides::prices},
      {"sleep.power", D::power, "always on between inferences", REAL(sleep.power, 0, 1e3),
       Decides::prices},
      {"sleep.sram_retention", D::power, "the activation memory, asleep but not empty",
       REAL(sleep.sram_retention, 0, 1e3), Decides::prices},
      {"sleep.wake_up", D::energy, "switching on, once an inference", REAL(sleep.wake_up, 0, 1),
       Decides::prices},
      {"sleep.wake_up_time", D::time, "switching on, once an inference",
       IntegerField{MEMBER(coefficients.sleep.wake_up_ps), 0, 1000 * kMs, {}}, Decides::prices},
  };
}

std::vector<Key> with_devices(std::vector<Key> all) {
  for (Key& key : all) key.device = type_of_key(key.path);
  return all;
}

#undef MEMBER
#undef CHOICE
#undef INTEGER
#undef REAL
#undef OPTIONAL

std::string bounds_text(const Key& key, double low, double high) {
  return fmt::format("{}{} .. {}{}", low, base_unit(key.dimension), high, base_unit(key.dimension));
}

}  // namespace

std::string_view base_unit(Dimension dimension) {
  switch (dimension) {
    case Dimension::count:
      return "";
    case Dimension::frequency:
      return " Hz";
    case Dimension::time:
      return " ps";
    case Dimension::latency:
      return " ps";
    case Dimension::bandwidth:
      return " B/s";
    case Dimension::bytes:
      return " B";
    case Dimension::bits:
      return " bit";
    case Dimension::energy:
      return " J";
    case Dimension::power:
      return " W";
    case Dimension::area:
      return " mm2";
    case Dimension::ratio:
      return "";
  }
  return "";
}

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = with_devices(make_keys());
  return kKeys;
}

std::vector<const Key*> keys_of(DeviceType type) {
  std::vector<const Key*> found;
  for (const Key& key : keys()) {
    if (key.device == type) found.push_back(&key);
  }
  return found;
}

std::string allowed_values(const Key& key) {
  if (const auto* integer = std::get_if<IntegerField>(&key.field)) {
    if (!integer->only.empty()) return fmt::format("{}", fmt::join(integer->only, ", "));
    return fmt::format("{}{} .. {}{}", integer->low, base_unit(key.dimension), integer->high,
                       base_unit(key.dimension));
  }
  if (const auto* real = std::get_if<RealField>(&key.field)) {
    return bounds_text(key, real->low, real->high);
  }
  if (const auto* optional = std::get_if<OptionalField>(&key.field)) {
    return bounds_text(key, optional->low, optional->high) + " or unknown";
  }
  if (std::holds_alternative<TableField>(key.field)) return "none, or a CSV file";
  return fmt::format("{}", fmt::join(std::get<ChoiceField>(key.field).names, ", "));
}

const Key* find_key(std::string_view path) {
  const auto found =
      std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.path == path; });
  return found == keys().end() ? nullptr : &*found;
}

}  // namespace h4h::platforms
