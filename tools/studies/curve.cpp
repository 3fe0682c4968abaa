#include "tools/studies/curve.hpp"

#include <algorithm>
#include <numeric>

namespace h4h::studies {

double largest_dip(const std::vector<double>& curve) {
  double dip = 0, highest = 0;
  for (const double value : curve) {
    highest = std::max(highest, value);
    dip = std::max(dip, 1 - value / highest);
  }
  return dip;
}

double last_gain(const std::vector<double>& curve) {
  return curve.back() / curve.at(curve.size() - 2) - 1;
}

double rise(const std::vector<double>& curve) { return curve.back() / curve.front(); }

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace h4h::studies
