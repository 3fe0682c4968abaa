#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/device/devices.hpp"
#include "models/energy/duty_cycle.hpp"
#include "models/energy/energy.hpp"
#include "platforms/description/platform.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/mapping/pinned_part.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What a layer waits for most: a device of the chip, or a part that its devices share.
class Bound {
 public:
  enum Shared { none, noc, weights, memory };

  Bound(Shared part = none) : part_(part) {}  // NOLINT: a part is a bound
  explicit Bound(std::string device) : device_(std::move(device)) {}

  // The name of the device or of the part.
  std::string_view name() const;

  friend bool operator==(const Bound& a, const Bound& b) {
    return a.part_ == b.part_ && a.device_ == b.device_;
  }
  friend bool operator!=(const Bound& a, const Bound& b) { return !(a == b); }

 private:
  Shared part_ = none;
  std::string device_;  // empty for a part
};

// The part that would take longest for this layer if every other one took no time. A memory is
// named rather than the link only where it is the slower of the two.
// Ties go to the device of the lowest id, then to the parts in the order of Bound.
Bound bound_by(const platforms::Hardware& hardware, const models::Devices& devices,
               const JobResult& result);
// Of the memories that activations lie in: the external one takes longer than the SRAM.
bool external_is_slower(const platforms::Hardware& hardware, const JobResult& result);

// Of macros in use: words that hold weights, the weights in them, and what the macros hold.
struct MacroStorage {
  std::int64_t bytes = 0, capacity_bytes = 0;
  // Within that capacity: words, repeated ones again, and the weights that they hold.
  std::int64_t word_bytes = 0, weight_bytes = 0;

  MacroStorage& operator+=(const MacroStorage& other);
};

struct LayerReport {
  std::string name;
  std::string op;
  workloads::Shape input, output;
  std::int64_t macs = 0;
  Split split;
  JobResult result;
  models::Energy energy_j;
  std::int64_t cycles = 0;
  Bound bound;
  bool external = false;  // of Bound::memory: it is the external memory, not the SRAM
  // Activations alive during the layer, and of those what lies in the SRAM: see placement.hpp. Of
  // a layer in a cascade, those of the cascade.
  std::int64_t activation_bytes = 0, sram_bytes = 0;
  std::vector<std::int64_t> macro_bytes{};  // by DeviceId: what its share adds to the macros' words

  double share_of(DeviceId device) const;  // 0 .. 1 of the output channels
  double npu_share() const { return share_of(platforms::kNpu); }
  std::int64_t macro_bytes_of(DeviceId device) const {
    return device < macro_bytes.size() ? macro_bytes[device] : 0;
  }
};

// Layers that ran in row stripes.
struct CascadeReport {
  std::string first, last;             // names of layers
  std::int64_t stripes = 0, rows = 0;  // of the last layer's output; rows of a stripe
  // Activations alive in it, and at most, if its layers ran whole.
  std::int64_t activation_bytes = 0, whole_bytes = 0;
};

// A device of the chip, as a mapping uses it.
struct DeviceReport {
  std::string name;
  platforms::DeviceType type = platforms::DeviceType::npu;
  std::optional<models::MacroGroup> group{};  // its macros, where it has some
  ActiveMacros active{};
  MacroStorage storage{};
  double peak_macs_per_s = 0;  // with what is active

  bool in_use() const { return !group || active.macros > 0; }
};

// Everything a run found out, ready to be printed.
struct Report {
  std::string platform_name, platform_hash;
  std::string network_name;
  std::int64_t macs = 0, weight_bytes = 0;
  std::int64_t host_macs = 0;    // of operators left to the host, not in `macs`
  std::int64_t state_bytes = 0;  // that the network keeps in the SRAM between inferences
  std::string mapping_kind;
  std::vector<DeviceReport> devices;  // by DeviceId
  std::optional<double> gap;  // a fraction, see Mapping; with pins: of mappings with the same pins
  std::optional<PinnedPart> pinned;  // where a mapping file was given
  Effort effort = Effort::quick;
  bool limited = false;  // only mappings within a limit were compared
  std::int64_t macs_per_cycle = 0, clock_hz = 0;
  std::int64_t sram_bytes = 0;  // that there are
  std::vector<LayerReport> layers;
  std::vector<Stripe> stripes;  // what ran, in order: layers, or stripes of them
  std::vector<CascadeReport> cascades;
  Spill spill = Spill::tensors;  // what left the SRAM where something did
  models::AreaReport area_mm2;
  std::vector<workloads::Unsupported> unsupported;  // left to the host, not costed
  std::vector<std::string> remarks;                 // assumptions and what is not modelled

  models::Picoseconds time;
  models::Counts counts;
  std::int64_t cycles = 0, noc_bytes = 0;
  std::int64_t spilled_bytes = 0;          // read from or written to the external memory
  std::int64_t peak_activation_bytes = 0;  // of whole layers, see placement.hpp
  std::int64_t peak_run_bytes = 0;  // the same as the layers ran, those of cascades in stripes
  models::Energy energy_j;          // of the counts: the layers' sum, but for rounding
  std::optional<models::DutyCycle> duty;

  // Of all devices: macros in use, units in use in a macro at the most, and macros that there are.
  std::int64_t macros_in_use() const;
  std::int64_t units_in_use() const;
  models::MacroNumbers powered_macros() const;  // macros in use, by device
  double device_joules(DeviceId device) const;  // that its own events take
  std::int64_t platform_macros() const;
  MacroStorage storage() const;
  // The devices that have macros, in the order of the list.
  std::vector<DeviceId> of_macros() const;
  // Names of the devices beside the NPU and the macros that every chip has.
  std::vector<std::string> listed_devices() const;
  double cim_share() const;  // 0 .. 1 of the MACs
  // Operations (two a MAC) a joule, in 10^12: of the chip, and of the macros by themselves.
  double system_tops_per_w() const;
  std::optional<double> macro_tops_per_w() const;
};

// `results`: of the layers, in file order. Throws std::invalid_argument where they or the mapping
// are of another network.
Report make_report(const platforms::Platform& platform, const workloads::Network& network,
                   const Mapping& mapping, const std::vector<JobResult>& results);

// Adds what the network costs at `fps` inferences a second. Throws std::runtime_error where a
// period is too short for one.
void add_duty_cycle(Report& report, const platforms::Platform& platform, double fps);
// The same without the throw: "" where a period is long enough, else what takes how long.
std::string try_duty_cycle(Report& report, const platforms::Platform& platform, double fps);

}  // namespace h4h::sim
