#pragma once

#include <cstddef>
#include <optional>
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

// The devices that a key of a platform file describes, with their energy, area and leakage; nullopt
// for keys of the NoC, the memories and the chip as a whole.
std::optional<DeviceType> type_of_key(std::string_view path);

// Every platform file describes an NPU and a group of macros, in this order.
constexpr DeviceId kNpu = 0, kCim = 1;
std::vector<DeviceDescription> devices_of(const Hardware& hardware);  // by DeviceId

}  // namespace h4h::platforms
