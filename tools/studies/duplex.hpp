#pragma once

#include <string>
#include <vector>

#include "platforms/description/platform.hpp"

namespace h4h::studies {

// Values of noc.duplex: figures 3 and 5 are measured under both. Claims are about the platform's;
// the other one stands beside.
inline const std::vector<std::string> kDuplexes = enum_words<platforms::Duplex>();

inline std::string duplex_of(const platforms::Platform& platform) {
  return std::string(to_string(platform.hardware.noc.duplex));
}

}  // namespace h4h::studies
