#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "platforms/description/device.hpp"
#include "sim/network/cascade.hpp"
#include "sim/network/spills.hpp"

namespace h4h::sim {

// Of a device of macros, how many are in use, and how many units of each.
struct PinnedMacros {
  std::optional<std::int64_t> macros, units;

  bool any() const { return macros || units; }
};

// Of every device, by DeviceId; nothing for devices beyond the end.
struct PinnedDevices {
  std::vector<PinnedMacros> by_device;

  PinnedMacros of(platforms::DeviceId device) const {
    return device < by_device.size() ? by_device[device] : PinnedMacros{};
  }
  bool any() const {
    for (const PinnedMacros& pinned : by_device) {
      if (pinned.any()) return true;
    }
    return false;
  }
};

// Output channels of each device, by DeviceId.
using PinnedChannels = std::optional<std::vector<std::int64_t>>;

// What of a mapping is decided beforehand; the rest is chosen.
struct Pins {
  PinnedDevices active;
  std::vector<PinnedChannels> layers;              // empty: nothing
  std::optional<std::vector<Cascade>> cascades{};  // all there are
  Spill spill = Spill::tensors;                    // where `cascades` are given

  PinnedChannels of(std::size_t layer) const {
    return layer < layers.size() ? layers[layer] : std::nullopt;
  }
  bool any() const { return active.any() || !layers.empty() || cascades; }
};

}  // namespace h4h::sim
