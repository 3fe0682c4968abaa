#pragma once

#include <string_view>

#include "base/enum_values.hpp"

namespace h4h::studies {

// What a claim's verdict is worth.
enum class ClaimKind {
  structural,  // true by construction or by the platform's values: fails only by a bug
  calibrated,  // coefficients were chosen with it in sight
  derived,     // follows from another claim, or repeats it
  tested,      // could fail
};

inline constexpr auto& kClaimKinds = kEnumValues<ClaimKind>;

std::string_view to_string(ClaimKind kind);

// The quantity of a claim that ablations stand beside; none: no ablations.
enum class Headline { none, latency, energy, accuracy };

inline constexpr auto& kHeadlines = kEnumValues<Headline>;

std::string_view to_string(Headline headline);

}  // namespace h4h::studies
