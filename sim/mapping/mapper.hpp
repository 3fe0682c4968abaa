#pragma once

#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/goal.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/mapping/pins.hpp"
#include "sim/mapping/shares.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

enum class Strategy { npu, cim, automatic };
constexpr std::string_view to_string(Strategy strategy) {
  switch (strategy) {
    case Strategy::npu:
      return "npu";
    case Strategy::cim:
      return "cim";
    case Strategy::automatic:
      return "auto";
  }
  return {};
}

// npu: everything on the NPU. cim: layers in file order, each whole, where macros can run it and
// as long as it fits; the rest on the NPU. automatic: per layer the best share for the goal,
// under the capacity, with all macros and units in use or fewer, as far as `effort` looks.
// What `pins` says is not chosen. Infeasible where the activations exceed an SRAM that does not
// spill, or nothing keeps the goal's limit.
MappingResult map_network(LayerCosts& costs, const platforms::Platform& platform,
                          const workloads::Network& network, Strategy strategy,
                          const Goal& goal = Objective::latency, const Pins& pins = {},
                          Effort effort = Effort::quick);

// Lets workers begin with the layers that an automatic mapping will ask for in all likelihood.
void begin_mapping(LayerCosts& costs, const platforms::Platform& platform,
                   const workloads::Network& network, const Goal& goal = Objective::latency);

}  // namespace h4h::sim
