#include "tools/studies/curve.hpp"

#include <algorithm>
#include <cmath>

namespace h4h::studies {

double greatest(const std::vector<double>& values) {
  double most = values.front();
  for (const double value : values) {
    if (std::isnan(value)) return value;
    most = std::max(most, value);
  }
  return most;
}

double least(const std::vector<double>& values) {
  double fewest = values.front();
  for (const double value : values) {
    if (std::isnan(value)) return value;
    fewest = std::min(fewest, value);
  }
  return fewest;
}

double largest_dip(const std::vector<double>& curve) {
  std::vector<double> dips{0};
  double highest = 0;
  for (const double value : curve) {
    highest = std::max(highest, value);
    dips.push_back(1 - value / highest);
  }
  return greatest(dips);
}

double last_gain(const std::vector<double>& curve) {
  return curve.back() / curve.at(curve.size() - 2) - 1;
}

double rise(const std::vector<double>& curve) { return curve.back() / curve.front(); }

}  // namespace h4h::studies
