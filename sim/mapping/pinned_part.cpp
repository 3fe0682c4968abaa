#include "sim/mapping/pinned_part.hpp"

namespace h4h::sim {

PinnedPart pinned_part(LayerCosts& costs, const platforms::Platform& platform,
                       const workloads::Network& network, const Goal& goal, const Pins& pins,
                       Effort effort, const std::string& file) {
  PinnedPart part{file, {}, pins.active, goal.objective, {}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (pins.of(i)) part.layers.push_back(network.layers[i].name);
  }
  const MappingResult mapped =
      map_network(costs, platform, network, Strategy::automatic, goal, {}, effort);
  if (const auto* mapping = std::get_if<Mapping>(&mapped)) {
    part.unpinned = totals_of(costs, platform, network, *mapping);
  }
  return part;
}

}  // namespace h4h::sim
