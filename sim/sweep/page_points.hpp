#pragma once

#include <optional>
#include <vector>

#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// A browser shows that many points in a second or two, but not some hundred thousand.
constexpr std::size_t kMostOnPage = 10'000;

// The part of a large sweep that a page carries.
struct ThinSweep {
  SweepResult result;                   // the points of these rows
  std::vector<std::size_t> rows;        // rising indices of points
  std::vector<std::size_t> infeasible;  // of all points, for each network
};

// nullopt where a page carries all points. Else those on fronts and the worst of each network, and
// of the others an even selection that does not follow the steps of any axis.
std::optional<ThinSweep> thin(const SweepResult& result);

}  // namespace h4h::sim
