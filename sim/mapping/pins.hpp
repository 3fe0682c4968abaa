#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace h4h::sim {

// What of a mapping is decided beforehand; the rest is chosen.
struct Pins {
  std::optional<std::int64_t> macros_in_use, units_in_use;
  std::vector<std::optional<std::int64_t>> cim_channels;  // by layer; empty: nothing

  std::optional<std::int64_t> of(std::size_t layer) const {
    return layer < cim_channels.size() ? cim_channels[layer] : std::nullopt;
  }
  bool any() const { return macros_in_use || units_in_use || !cim_channels.empty(); }
};

}  // namespace h4h::sim
