#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// Index of a device in its chip's list. Ties between devices are settled in this order.
using DeviceId = std::size_t;

std::string_view to_string(DeviceType type);  // as it is spelled: "npu", "cim"

DeviceType type_of(const DeviceDescription& device);

// Whether a table of measured layers belongs to it.
bool has_measured(const DeviceDescription& device);

// A set of devices.
class DeviceSet {
 public:
  DeviceSet(std::initializer_list<DeviceId> devices = {}) {
    for (const DeviceId device : devices) insert(device);
  }

  void insert(DeviceId device) { bits_ |= 1U << device; }
  bool has(DeviceId device) const { return (bits_ >> device & 1U) != 0; }

  friend bool operator==(DeviceSet a, DeviceSet b) { return a.bits_ == b.bits_; }

 private:
  unsigned bits_ = 0;
};

// Every platform file describes an NPU and a group of macros, in this order, and then the devices
// of its list.
constexpr DeviceId kNpu = 0, kCim = 1, kFirstOfList = 2;
constexpr std::size_t kMostDevices = 8;                               // of a platform
std::vector<DeviceDescription> devices_of(const Hardware& hardware);  // by DeviceId
std::vector<std::string> device_names(const Hardware& hardware);      // the same

// What `type:` may say of a device, and what that is.
std::vector<std::string_view> type_words();
std::optional<DeviceType> type_named(std::string_view word);
// With nothing set.
DeviceDescription description_of(DeviceType type);

}  // namespace h4h::platforms
