#pragma once

#include <numeric>
#include <vector>

namespace h4h {

// The arithmetic mean, summed in order; not a number where there are no values.
inline double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace h4h
