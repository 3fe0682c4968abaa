#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/job/layer_job.hpp"
#include "sim/mapping/active_macros.hpp"
#include "sim/mapping/effort.hpp"
#include "sim/network/cascade.hpp"
#include "sim/network/spills.hpp"

namespace h4h::sim {

// Which layer's channels go where, in file order.
struct Mapping {
  std::string kind;  // "npu", "cim", "auto", "file"
  ActiveDevices active;
  std::vector<Split> layers;
  std::vector<Cascade> cascades{};  // in file order; the other layers run whole
  Spill spill = Spill::tensors;     // what does not fit the SRAM then
  // Of "auto" and "file": no mapping that `effort` looks at costs less than this one by more than
  // this share of its cost. Of "file": no mapping with the same pins.
  std::optional<double> gap{};
  Effort effort = Effort::quick;
  bool limited = false;  // the gap is to mappings within the goal's limit
};

// Why a network does not run on a platform. A value: a search meets thousands.
struct Infeasible {
  std::string reason;
  // Where nothing that was found keeps a goal's limit: the least of what it limits, in joules or
  // picoseconds.
  std::optional<double> least{};
};

using MappingResult = std::variant<Mapping, Infeasible>;

}  // namespace h4h::sim
