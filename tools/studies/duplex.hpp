#pragma once

#include <array>
#include <string>

#include "platforms/description/platform.hpp"

namespace h4h::studies {

// Values of noc.duplex: figures 3 and 5 are measured under both. Claims are about the platform's;
// the other one stands beside.
inline constexpr std::array kDuplexes{"half", "full"};

inline std::string duplex_of(const platforms::Platform& platform) {
  return platform.hardware.noc.duplex == platforms::Duplex::half ? "half" : "full";
}

}  // namespace h4h::studies
