#pragma once

#include <string_view>
#include <vector>

#include "platforms/description/device.hpp"

namespace h4h::platforms {

struct Key;

// What platform files may say of a type of device. Type NAME defines `TypeEntry NAME_type()` in its
// NAME_keys.cpp.
struct TypeEntry {
  std::string_view name;                // of the directory and of DeviceType: "npu"
  std::vector<std::string_view> words;  // that `type:` may be
  // The keys of a device of this type, as in key_tables.hpp.
  std::vector<Key> (*keys)(DeviceId device);
};

}  // namespace h4h::platforms
