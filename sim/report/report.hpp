#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/energy/duty_cycle.hpp"
#include "models/energy/energy.hpp"
#include "platforms/description/platform.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/mapping/pinned_part.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What a layer waits for most.
enum class Bound { npu, cim, noc, weights, memory, none };
std::string_view to_string(Bound bound);

// The part that would take longest for this layer if every other one took no time. A memory is
// named rather than the link only where it is the slower of the two.
Bound bound_by(const platforms::Hardware& hardware, const JobResult& result);
// Of the memories that activations lie in: the external one takes longer than the SRAM.
bool external_is_slower(const platforms::Hardware& hardware, const JobResult& result);

struct LayerReport {
  std::string name;
  std::string op;
  workloads::Shape input, output;
  std::int64_t macs = 0;
  Split split;
  JobResult result;
  models::Energy energy_j;
  std::int64_t cycles = 0;
  Bound bound = Bound::none;
  bool external = false;  // of Bound::memory: it is the external memory, not the SRAM

  double npu_share() const;  // 0 .. 1 of the output channels
};

// Everything a run found out, ready to be printed.
struct Report {
  std::string platform_name, platform_hash;
  std::string network_name;
  std::int64_t macs = 0, weight_bytes = 0;
  std::string mapping_kind;
  std::int64_t macros_in_use = 0, units_in_use = 0;
  std::optional<double> gap;  // a fraction, see Mapping; with pins: of mappings with the same pins
  std::optional<PinnedPart> pinned;  // where a mapping file was given
  Effort effort = Effort::quick;
  bool limited = false;  // only mappings within a limit were compared
  std::int64_t macs_per_cycle = 0, clock_hz = 0;
  std::int64_t platform_macros = 0, sram_bytes = 0;  // that there are
  std::vector<LayerReport> layers;
  models::AreaReport area_mm2;
  std::vector<workloads::Unsupported> unsupported;  // left to the host, not costed
  std::vector<std::string> remarks;                 // assumptions and what is not modelled

  models::Picoseconds time;
  models::Counts counts;
  std::int64_t cycles = 0, noc_bytes = 0;
  std::int64_t spilled_bytes = 0;          // read from or written to the external memory
  std::int64_t peak_activation_bytes = 0;  // see placement.hpp
  models::Energy energy_j;                 // of the counts: the layers' sum, but for rounding
  // Words of macros in use that hold weights, the weights in them, and what those macros hold.
  std::int64_t macro_bytes = 0, macro_capacity_bytes = 0;
  // Within that capacity: words, repeated ones again, and the weights that they hold.
  std::int64_t macro_word_bytes = 0, macro_weight_bytes = 0;
  std::optional<models::DutyCycle> duty;

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
