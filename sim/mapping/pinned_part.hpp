#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/mapping/mapper.hpp"
#include "sim/mapping/share_search.hpp"

namespace h4h::sim {

// What a mapping file decided, and what the mapper finds without it.
struct PinnedPart {
  std::string file;
  std::vector<std::string> layers;  // names of the pinned ones, in file order
  PinnedDevices active;
  Objective objective = Objective::latency;
  // Of the automatic mapping for the same goal and effort; nullopt where none keeps the limit.
  std::optional<Totals> unpinned;

  bool any() const { return !layers.empty() || active.any(); }
};

// Maps the network once more, without the pins.
PinnedPart pinned_part(LayerCosts& costs, const platforms::Platform& platform,
                       const workloads::Network& network, const Goal& goal, const Pins& pins,
                       Effort effort, const std::string& file);

}  // namespace h4h::sim
