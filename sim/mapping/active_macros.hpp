#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/energy/energy.hpp"
#include "platforms/description/device.hpp"

namespace h4h::sim {

// Macros of a device that a mapping keeps switched on, and the units in use in each.
struct ActiveMacros {
  std::int64_t macros = 0, units = 0;
};

// By DeviceId: nothing for devices without macros, and for those beyond the end.
class ActiveDevices {
 public:
  ActiveDevices() = default;
  ActiveDevices(std::vector<ActiveMacros> by_device)  // NOLINT: a list
      : by_device_(std::move(by_device)) {}

  ActiveMacros of(platforms::DeviceId device) const {
    return device < by_device_.size() ? by_device_[device] : ActiveMacros{};
  }
  void set(platforms::DeviceId device, const ActiveMacros& active) {
    if (device >= by_device_.size()) by_device_.resize(device + 1);
    by_device_[device] = active;
  }

  // Of all devices.
  std::int64_t macros() const {
    std::int64_t sum = 0;
    for (const ActiveMacros& active : by_device_) sum += active.macros;
    return sum;
  }
  // The same by device.
  models::MacroNumbers powered() const {
    models::MacroNumbers numbers;
    for (platforms::DeviceId id = 0; id < by_device_.size(); ++id) {
      if (by_device_[id].macros > 0) numbers.add(id, by_device_[id].macros);
    }
    return numbers;
  }
  // In a macro, at the most.
  std::int64_t units() const {
    std::int64_t most = 0;
    for (const ActiveMacros& active : by_device_) most = std::max(most, active.units);
    return most;
  }

 private:
  std::vector<ActiveMacros> by_device_;
};

}  // namespace h4h::sim
