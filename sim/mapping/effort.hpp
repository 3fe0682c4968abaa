#pragma once

#include <string_view>

namespace h4h::sim {

// How many mappings are looked at. quick: shares by eighths, in whole words, and all macros and
// units in use, a half, a quarter, ... of either. full: shares of every number of words, and every
// number of macros and units.
enum class Effort { quick, full };
constexpr std::string_view to_string(Effort effort) {
  switch (effort) {
    case Effort::quick:
      return "quick";
    case Effort::full:
      return "full";
  }
  return {};
}

}  // namespace h4h::sim
