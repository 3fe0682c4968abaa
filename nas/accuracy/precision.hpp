#pragma once

#include <string_view>

#include "base/enum_values.hpp"

namespace h4h::nas {

// What a trained network is computed in.
enum class Precision { float32, int8 };

constexpr std::string_view to_string(Precision precision) {
  return precision == Precision::int8 ? "int8" : "float32";
}

}  // namespace h4h::nas
