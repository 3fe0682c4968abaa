#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/enum_values.hpp"

namespace h4h::workloads {

// A feature map of one image: height x width x channels (HWC; batch size 1). A vector is
// 1 x 1 x channels. How it lies in memory is models/memory/layout.hpp.
struct Shape {
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t channels = 1;

  std::int64_t pixels() const { return height * width; }
  std::int64_t elements() const { return pixels() * channels; }

  friend bool operator==(const Shape& a, const Shape& b) {
    return a.height == b.height && a.width == b.width && a.channels == b.channels;
  }
  friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }
};

std::string to_string(const Shape& shape);  // "56x56x24"

// The type a file stores. Every tensor is costed as 8-bit integers, whatever the file holds.
enum class DataType { int8, uint8, int16, int32, int64, float16, float32 };
inline constexpr auto& kDataTypes = kEnumValues<DataType>;

std::string_view to_string(DataType type);

}  // namespace h4h::workloads
