#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "platforms/description/fnv1a.hpp"

namespace h4h::nas {

// 16 hexadecimal digits: tells texts apart, and no more than that.
inline std::string text_hash(std::string_view text) {
  return fmt::format("{:016x}", platforms::fnv1a(text));
}

}  // namespace h4h::nas
