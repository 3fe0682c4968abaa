#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <variant>
#include <vector>

#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// Index of a device in its chip's list. Ties between devices are settled in this order.
using DeviceId = std::size_t;

// In the order of the alternatives of DeviceDescription.
enum class DeviceType { npu, cim };
std::string_view to_string(DeviceType type);  // "npu", "cim"

// What a platform says of one device.
using DeviceDescription = std::variant<Npu, Cim>;
DeviceType type_of(const DeviceDescription& device);

// Whether a table of measured layers belongs to it.
bool has_measured(const DeviceDescription& device);

// A set of types.
class DeviceTypes {
 public:
  DeviceTypes(std::initializer_list<DeviceType> types = {}) {
    for (const DeviceType type : types) insert(type);
  }

  void insert(DeviceType type) { bits_ |= 1U << static_cast<unsigned>(type); }
  bool has(DeviceType type) const { return (bits_ >> static_cast<unsigned>(type) & 1U) != 0; }

  friend bool operator==(DeviceTypes a, DeviceTypes b) { return a.bits_ == b.bits_; }

 private:
  unsigned bits_ = 0;
};

// Every platform file describes an NPU and a group of macros, in this order.
constexpr DeviceId kNpu = 0, kCim = 1;
std::vector<DeviceDescription> devices_of(const Hardware& hardware);  // by DeviceId

}  // namespace h4h::platforms
