#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/description/device_types.hpp"
#include "platforms/description/measured_table.hpp"
#include "platforms/description/value.hpp"

namespace h4h::platforms {

// The member of Arm's family that the NPU is.
enum class NpuType { ethos_u55, ethos_u65, ethos_u85 };
// How many steps an Ethos-U85 takes for a part of a kernel: as the rule says by which Arm's
// compiler chooses between the two traversals, or as its estimator charges them
// (models/npu/npu_cycles.hpp).
enum class TraversalRule { hardware, estimator };
enum class WeightsPort { noc, private_port };
// Which weights are copied ahead into the activation memory: those that Arm's compiler copies by
// its estimate, or those whose layer the simulation finds faster so.
enum class WeightCopies { compiler, fastest };
// How the NPU multiplies two feature maps: the second one as weights of a 1x1 convolution, as Arm
// lowers it (a column at a time, multiplied and reduced), or at a given share of the peak.
enum class MatmulRule { arm, weights, dense };
enum class Duplex { half, full };
enum class Exclusivity { tenure, layer, none };
enum class Capacity { enforce, ignore };
enum class Overflow { spill, infeasible };
// Whether layers run one after the other, or in row stripes where activations overflow the SRAM.
enum class Schedule { layer, cascade };
// Of a cascade's stripes, rows that the next stripe reads again: kept in the SRAM, or computed
// again.
enum class Halo { keep, recompute };
// Whether macros keep their weights without power, or take them in anew whenever they wake up.
enum class Volatility { keeps, reloads };
// Whether macros that would have no word of a layer hold words of others again, for other outputs.
enum class Replication { off, on };
// How long a word serves once it is read: a step, or all outputs of a tile.
enum class WordHold { step, tile };
// Whether an NPU block takes at least the time in which its commands are fetched and decoded.
enum class CommandFloor { on, off };

// The words of these in platform files.
std::string_view to_string(NpuType type);
std::string_view to_string(TraversalRule rule);
std::string_view to_string(WeightsPort port);
std::string_view to_string(WeightCopies copies);
std::string_view to_string(MatmulRule rule);
std::string_view to_string(Duplex duplex);
std::string_view to_string(Exclusivity exclusivity);
std::string_view to_string(Capacity capacity);
std::string_view to_string(Overflow overflow);
std::string_view to_string(Schedule schedule);
std::string_view to_string(Halo halo);
std::string_view to_string(Volatility volatility);
std::string_view to_string(Replication replication);
std::string_view to_string(WordHold hold);
std::string_view to_string(CommandFloor floor);

// Values of a chip. Where each comes from (a document, a measurement or an assumption) is in its
// platform file and in Setting::source; bounds are in keys.cpp, and loading enforces them.

// The neural processing unit. Its blocks, buffers and rates follow from type and `macs_per_cycle`.
struct Npu {
  NpuType type = NpuType::ethos_u55;
  std::int64_t macs_per_cycle = 0;  // one of npu_sizes(type)
  std::int64_t clock_hz = 0;
  WeightsPort weights_port = WeightsPort::noc;
  WeightCopies weight_copies = WeightCopies::compiler;
  // Blocks that the NPU holds of input, of accumulators and of output.
  std::int64_t ifm_buffers = 0, accumulators = 0, ofm_buffers = 0;
  std::int64_t outstanding = 0;  // bursts under way for a stream of feature maps or weights
  CommandFloor command_floor = CommandFloor::on;
  TraversalRule traversal = TraversalRule::hardware;
  std::int64_t softmax_cycles = 0;     // per element, channels in whole 16s; 0: as Arm lowers it
  std::int64_t layer_norm_cycles = 0;  // the same
  MatmulRule matmul_rule = MatmulRule::arm;
  double matmul_utilization = 0;  // 0 .. 1 of the peak, under MatmulRule::dense
  MeasuredTable measured;         // of layers on the NPU
};

// MACs per cycle that a type comes with, in ascending order.
const std::vector<std::int64_t>& npu_sizes(NpuType type);

// The compute-in-memory macros, all alike. Geometry of a word: H4H paper, section 3.2 (16
// accumulations of 9 products of 8 b by 8 b), units of a macro: section 6.3. Activations have 8 b.
struct Cim {
  std::int64_t macros = 0;
  std::int64_t compute_units = 0;  // in each macro; they share a word and work on adjacent outputs
  std::int64_t accumulators = 0;   // output channels of a word
  std::int64_t products = 0;       // per accumulator and step
  std::int64_t weight_bits = 8;    // of a weight in the memory
  std::int64_t macro_size_bits = 0;
  std::int64_t step_ps = 0;               // a word against one input of every unit
  std::int64_t read_time_ps = 0;          // a word out of the memory
  std::int64_t stream_buffer_bytes = 0;   // of each macro: half in use, half being filled
  std::int64_t outstanding = 0;           // bursts under way for a stream of all macros together
  std::int64_t operand_buffer_bytes = 0;  // of each macro, for products of two activations
  std::int64_t softmax_ps = 0;            // per score, in each macro
  Volatility volatility = Volatility::keeps;
  Replication replication = Replication::off;
  WordHold word_hold = WordHold::step;
  Capacity capacity = Capacity::enforce;
  MeasuredTable measured;  // of layers on the macros, all of them in use

  std::int64_t word_bits() const { return accumulators * products * weight_bits; }
  std::int64_t words_per_macro() const { return macro_size_bits / word_bits(); }
};

// A device of the list `devices`, beside the NPU and the macros that every platform has.
struct NamedDevice {
  std::string name;  // that its keys begin with
  DeviceDescription description;
};

struct Noc {
  std::int64_t bandwidth = 0;   // bytes per second, per direction where full duplex
  std::int64_t warm_up_ps = 0;  // each time a device gains the link (models/noc/tenure_timing.hpp)
  Duplex duplex = Duplex::half;
  Exclusivity exclusivity = Exclusivity::tenure;
};

struct Memory {
  std::int64_t bandwidth = 0;  // bytes per second and direction
  std::int64_t latency_ps = 0;
  std::int64_t burst_bytes = 0;  // at most, and no more than lies in one run
  std::int64_t outstanding = 0;  // bursts of a stream that it takes at a time; 0: any number
};

struct Sram : Memory {
  std::int64_t size_bytes = 0;
  Overflow overflow = Overflow::spill;  // of activations beyond the size
  Schedule schedule = Schedule::layer;
  Halo halo = Halo::keep;
};

// Everything that decides time and event counts.
struct Hardware {
  Npu npu;
  Cim cim;
  Noc noc;
  Sram sram;
  Memory weights;
  Memory external;  // of activations that do not fit the SRAM
  std::vector<NamedDevice> more;
};

// Joules per event.
struct Energy {
  double npu_mac = 0, npu_cycle = 0, npu_lane_cycle = 0;
  double sram_byte = 0, noc_byte = 0, weight_byte = 0, external_byte = 0;
  double cim_read_bit = 0, cim_mac = 0, cim_conversion = 0, cim_softmax = 0, cim_operand_byte = 0;
  double cim_write_byte = 0;  // of weights, at a wake-up of volatile macros
};

// Square millimetres; nullopt where nobody gives a figure.
struct Area {
  std::optional<double> npu, sram, noc, weights;
  double cim_memory = 0, cim_unit = 0;
  double cim_controller = 0;    // share of memory and units
  double cim_operand_byte = 0;  // of the operand buffer of a macro
};

// Watts.
struct Leakage {
  double system = 0;
  double macro = 0;                    // without its operand buffer
  double cim_operand_byte = 0;         // of that buffer
  std::int64_t cim_operand_bytes = 0;  // its size: assign() keeps it equal to that of Cim

  double powered_macro() const {
    return macro + cim_operand_byte * static_cast<double>(cim_operand_bytes);
  }
};

// A chip that sleeps between inferences: what it takes then, and what waking up takes.
struct Sleep {
  double power = 0;             // watts, always on
  double sram_retention = 0;    // watts, of the SRAM that keeps its content
  double wake_up = 0;           // joules each time
  std::int64_t wake_up_ps = 0;  // each time
};

// Of one device: what belongs to links, memories and other devices is 0 in them.
struct DeviceCoefficients {
  Energy energy;
  Area area;
  Leakage leakage;
};

// What turns counts into energy and area: of the NPU, the macros, and all that is no device.
struct Coefficients : DeviceCoefficients {
  Sleep sleep;
  std::vector<DeviceCoefficients> more;  // of Hardware::more
};

// Where a value stands: a file and its line, line 0 for the command line, or line -1 for a key that
// nobody sets (Key::unset).
struct Origin {
  std::string file;
  int line = 0;
};

// One resolved key as its author wrote it, and as it was read.
struct Setting {
  std::string key;
  std::string value;
  std::optional<std::string> range_low, range_high;
  std::string source;
  Origin origin;
  Value parsed{};                     // `value`
  Value parsed_low{}, parsed_high{};  // of the range, where there is one
};

// Whether the value is ours: nobody known to us gives it.
bool is_assumption(const Setting& setting);

struct Platform {
  std::string name{};
  Hardware hardware;
  Coefficients coefficients;
  std::vector<Setting> settings;  // one for every key, in the order of its KeyList
};

// Of equal values for every key; names, sources and ranges say nothing.
bool operator==(const Platform& a, const Platform& b);
// Resolved values of every key, in SI units: equal texts are equal platforms.
std::string canonical_text(const Platform& platform);
// The part of it that decides time and counts: equal texts give equal simulations.
std::string canonical_text(const Hardware& hardware);
// 16 hexadecimal digits over canonical_text.
std::string platform_hash(const Platform& platform);

}  // namespace h4h::platforms
