#include "platforms/description/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace h4h::platforms {
namespace {

constexpr std::int64_t kMs = 1'000'000'000, kTenUs = 10'000'000;
constexpr std::int64_t kGiB = std::int64_t{1} << 30;

template <typename Enum, Enum& (*Of)(Platform&)>
ChoiceField choice(std::vector<std::string_view> names) {
  return {std::move(names), [](Platform& p, std::size_t i) { Of(p) = static_cast<Enum>(i); },
          [](const Platform& p) {
            Platform copy;
            copy.hardware = p.hardware;
            return static_cast<std::size_t>(Of(copy));
          }};
}

IntegerField one_of(IntegerField field, std::vector<std::int64_t> values) {
  field.only = std::move(values);
  return field;
}

WeightsPort& weights_port(Platform& p) { return p.hardware.npu.weights_port; }
WeightCopies& weight_copies(Platform& p) { return p.hardware.npu.weight_copies; }
MatmulRule& matmul_rule(Platform& p) { return p.hardware.npu.matmul_rule; }
Duplex& duplex(Platform& p) { return p.hardware.noc.duplex; }
Exclusivity& exclusivity(Platform& p) { return p.hardware.noc.exclusivity; }
CommandFloor& command_floor(Platform& p) { return p.hardware.npu.command_floor; }
Overflow& overflow(Platform& p) { return p.hardware.sram.overflow; }
Replication& replication(Platform& p) { return p.hardware.cim.replication; }
WordHold& word_hold(Platform& p) { return p.hardware.cim.word_hold; }
Volatility& volatility(Platform& p) { return p.hardware.cim.volatility; }
Capacity& capacity(Platform& p) { return p.hardware.cim.capacity; }

MeasuredTable& npu_measured(Platform& p) { return p.hardware.npu.measured; }
MeasuredTable& cim_measured(Platform& p) { return p.hardware.cim.measured; }

#define INTEGER(member, low, high)                                                \
  IntegerField {                                                                  \
    [](Platform& p) -> std::int64_t& { return p.hardware.member; }, low, high, {} \
  }
#define REAL(member, low, high)                                             \
  RealField {                                                               \
    [](Platform& p) -> double& { return p.coefficients.member; }, low, high \
  }
#define OPTIONAL(member, low, high)                                                        \
  OptionalField {                                                                          \
    [](Platform& p) -> std::optional<double>& { return p.coefficients.member; }, low, high \
  }

std::vector<Key> make_keys() {
  using D = Dimension;
  return {
      {"npu.macs_per_cycle", D::count, "8 b x 8 b multiply-accumulates per cycle",
       one_of(INTEGER(npu.macs_per_cycle, 32, 256), {32, 64, 128, 256}), Decides::layers},
      {"npu.clock", D::frequency, "clock of the NPU; \"cycles\" in reports are its cycles",
       INTEGER(npu.clock_hz, 1'000'000, 10'000'000'000), Decides::layers},
      {"npu.weights.port", D::count, "whether NPU weights ride the NoC or a port of their own",
       choice<WeightsPort, weights_port>({"noc", "private"}), Decides::layers},
      {"npu.weights.schedule", D::count,
       "which weights behind a port of their own are copied ahead into the activation memory: as "
       "Arm's compiler decides, or whichever way the layer is faster",
       choice<WeightCopies, weight_copies>({"compiler", "fastest"}), Decides::layers},
      {"npu.ifm_buffers", D::count, "input blocks held: 2 is double buffering",
       INTEGER(npu.ifm_buffers, 1, 4), Decides::layers},
      {"npu.accumulators", D::count, "accumulator blocks between MAC array and output stage",
       INTEGER(npu.accumulators, 1, 4), Decides::layers},
      {"npu.ofm_buffers", D::count, "output blocks held until they are written",
       INTEGER(npu.ofm_buffers, 1, 4), Decides::layers},
      {"npu.outstanding", D::count, "bursts that a stream of the NPU may have under way",
       INTEGER(npu.outstanding, 1, 64), Decides::layers},
      {"npu.command_floor", D::count,
       "whether a block takes at least a quarter of its work and memory time, as Arm's estimators "
       "charge for its commands",
       choice<CommandFloor, command_floor>({"on", "off"}), Decides::layers},
      {"npu.softmax.cycles_per_element", D::count,
       "softmax in one pass of so many cycles per element, channels in whole groups of 16; 0: in "
       "the "
       "passes that Arm's compiler makes of it",
       INTEGER(npu.softmax_cycles, 0, 10'000), Decides::layers},
      {"npu.layer_norm.cycles_per_element", D::count,
       "layer norm, per element with channels in whole groups of 16",
       INTEGER(npu.layer_norm_cycles, 1, 10'000), Decides::layers},
      {"npu.dynamic_matmul.rule", D::count, "how the NPU multiplies two feature maps",
       choice<MatmulRule, matmul_rule>({"arm", "weights", "dense"}), Decides::layers},
      {"npu.dynamic_matmul.utilization", D::ratio, "share of the peak under the rule dense",
       RealField{[](Platform& p) -> double& { return p.hardware.npu.matmul_utilization; }, 0.001,
                 1},
       Decides::layers},
      {"npu.measured", D::count, "measured times of layers that are all on the NPU",
       TableField{npu_measured, MeasuredIn::time_or_cycles}, Decides::network},
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
      {"cim.read_time", D::time, "reading a word; it paces the steps where it is longer",
       INTEGER(cim.read_time_ps, 1, kTenUs), Decides::layers},
      {"cim.stream_buffer", D::bytes,
       "input streaming buffer of a macro: half in use, half being filled",
       INTEGER(cim.stream_buffer_bytes, 64, kGiB), Decides::layers},
      {"cim.outstanding", D::count, "bursts that a stream of the macros may have under way",
       INTEGER(cim.outstanding, 1, 64), Decides::layers},
      {"cim.dynamic_operands.size", D::bytes,
       "operand buffer of a macro for products of two activations; half in use, half being filled; "
       "0 for macros without",
       INTEGER(cim.operand_buffer_bytes, 0, kGiB), Decides::layers},
      {"cim.dynamic_operands.softmax", D::time, "softmax of a macro, per score",
       INTEGER(cim.softmax_ps, 1, kTenUs), Decides::layers},
      {"cim.capacity", D::count, "whether the weights mapped to macros must fit",
       choice<Capacity, capacity>({"enforce", "ignore"}), Decides::network},
      {"cim.replication", D::count,
       "whether macros without a word of a layer repeat words of others and share their outputs",
       choice<Replication, replication>({"off", "on"}), Decides::layers},
      {"cim.word_hold", D::count,
       "how long a word serves once it is read: a step, or all outputs of a tile (an ablation: "
       "their "
       "sums are kept in the output buffer, 4 B each, from word to word)",
       choice<WordHold, word_hold>({"step", "tile"}), Decides::layers},
      {"cim.volatile", D::count,
       "whether macros lose their weights without power and take them in anew at every wake-up",
       choice<Volatility, volatility>({"no", "yes"}), Decides::network},
      {"cim.measured", D::count,
       "measured times of layers that are all on the macros, all of them and their units in use",
       TableField{cim_measured, MeasuredIn::time}, Decides::network},
      {"noc.bandwidth", D::bandwidth, "of the shared link, per direction if duplex is full",
       INTEGER(noc.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"noc.warm_up", D::time, "paid once by the side that gains the link",
       INTEGER(noc.warm_up_ps, 0, kMs), Decides::layers},
      {"noc.duplex", D::count, "whether reads and writes share the link's bandwidth",
       choice<Duplex, duplex>({"half", "full"}), Decides::layers},
      {"noc.exclusivity", D::count, "how long a side holds the link; layer and none are ablations",
       choice<Exclusivity, exclusivity>({"tenure", "layer", "none"}), Decides::layers},
      {"sram.size", D::bytes, "activation memory", INTEGER(sram.size_bytes, 1024, 1024 * kGiB),
       Decides::network},
      {"sram.bandwidth", D::bandwidth, "of the activation memory, per direction",
       INTEGER(sram.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"sram.latency", D::latency, "from a request to its first beat",
       INTEGER(sram.latency_ps, 0, kTenUs), Decides::layers},
      {"sram.burst", D::bytes,
       "longest burst; data that lies in shorter runs comes in shorter ones",
       INTEGER(sram.burst_bytes, 1, 4096), Decides::layers},
      {"sram.overflow", D::count, "what happens to activations beyond the size of the SRAM",
       choice<Overflow, overflow>({"spill", "infeasible"}), Decides::network},
      {"weights.bandwidth", D::bandwidth, "of the weight memory",
       INTEGER(weights.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"weights.latency", D::latency, "from a request to its first beat",
       INTEGER(weights.latency_ps, 0, kTenUs), Decides::layers},
      {"weights.burst", D::bytes, "longest burst", INTEGER(weights.burst_bytes, 1, 4096),
       Decides::layers},
      {"backing.bandwidth", D::bandwidth,
       "of the store for activations beyond the SRAM, per direction",
       INTEGER(external.bandwidth, 1'000'000, 1'000'000'000'000), Decides::layers},
      {"backing.latency", D::latency, "from a request to its first beat",
       INTEGER(external.latency_ps, 0, kTenUs), Decides::layers},
      {"backing.burst", D::bytes,
       "longest burst; data that lies in shorter runs comes in shorter ones",
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
      {"energy.backing_byte", D::energy, "one byte read from or written to the backing store",
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
       IntegerField{[](Platform& p) -> std::int64_t& { return p.coefficients.sleep.wake_up_ps; },
                    0,
                    1000 * kMs,
                    {}},
       Decides::prices},
  };
}

#undef INTEGER
#undef REAL
#undef OPTIONAL

template <typename T>
void check_bounds(T value, T low, T high, std::string_view text, const Key& key) {
  if (value < low || value > high) {
    throw QuantityError(
        fmt::format("'{}' is out of bounds; allowed: {}", text, allowed_values(key)));
  }
}

struct Assign {
  Platform& platform;
  const Key& key;
  std::string_view text;

  void operator()(const IntegerField& field) const {
    const std::int64_t clock_hz = platform.hardware.npu.clock_hz;
    const std::int64_t value = parse_integer(text, key.dimension, clock_hz);
    // Without a clock it stands for nothing: the clock is wrong, and reported where it stands.
    if (clock_hz < 1 && parse_per_clock(text, key.dimension)) return;
    check_bounds(value, field.low, field.high, text, key);
    const bool listed = std::find(field.only.begin(), field.only.end(), value) != field.only.end();
    if (!field.only.empty() && !listed) {
      throw QuantityError(
          fmt::format("'{}' is not allowed; allowed: {}", text, allowed_values(key)));
    }
    field.of(platform) = value;
  }
  void operator()(const RealField& field) const {
    const double value = parse_real(text, key.dimension);
    check_bounds(value, field.low, field.high, text, key);
    field.of(platform) = value;
  }
  void operator()(const OptionalField& field) const {
    if (text == "unknown") {
      field.of(platform) = std::nullopt;
      return;
    }
    const double value = parse_real(text, key.dimension);
    check_bounds(value, field.low, field.high, text, key);
    field.of(platform) = value;
  }
  void operator()(const ChoiceField& field) const {
    const auto found = std::find(field.names.begin(), field.names.end(), text);
    if (found == field.names.end()) {
      throw QuantityError(
          fmt::format("'{}' is not allowed; allowed: {}", text, allowed_values(key)));
    }
    field.set(platform, static_cast<std::size_t>(found - field.names.begin()));
  }
  void operator()(const TableField& field) const {
    field.of(platform) =
        text == "none" ? MeasuredTable{}
                       : read_measured_table(text, field.unit, platform.hardware.npu.clock_hz);
  }
};

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
  static const std::vector<Key> kKeys = make_keys();
  return kKeys;
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

void assign(Platform& platform, const Key& key, std::string_view text) {
  std::visit(Assign{platform, key, text}, key.field);
  // What a powered macro leaks depends on the size of its buffer.
  platform.coefficients.leakage.cim_operand_bytes = platform.hardware.cim.operand_buffer_bytes;
}

std::string value_text(const Platform& platform, const Key& key) {
  Platform copy;  // the accessors hand out references
  copy.hardware = platform.hardware;
  copy.coefficients = platform.coefficients;
  if (const auto* integer = std::get_if<IntegerField>(&key.field)) {
    return fmt::format("{}{}", integer->of(copy), base_unit(key.dimension));
  }
  if (const auto* real = std::get_if<RealField>(&key.field)) {
    return fmt::format("{}{}", real->of(copy), base_unit(key.dimension));
  }
  if (const auto* optional = std::get_if<OptionalField>(&key.field)) {
    const std::optional<double> value = optional->of(copy);
    return value ? fmt::format("{}{}", *value, base_unit(key.dimension)) : "unknown";
  }
  if (const auto* table = std::get_if<TableField>(&key.field)) return table_text(table->of(copy));
  const auto& field = std::get<ChoiceField>(key.field);
  return std::string(field.names.at(field.get(copy)));
}

}  // namespace h4h::platforms
