#include "tools/studies/trained/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "nas/random/random.hpp"

namespace h4h::studies {
namespace {

constexpr std::size_t kResamples = 10'000;
constexpr double kOutside = 0.025;  // on each side

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

Interval bootstrap_mean(const std::vector<double>& values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (values.empty()) throw std::invalid_argument("a mean of no values");
  if (values.size() == 1) return {values.front(), -kInfinity, kInfinity, 1};
  nas::Random random(0);
  std::vector<double> means(kResamples), drawn(values.size());
  for (double& mean : means) {
    for (double& value : drawn) value = values[random.below(values.size())];
    mean = mean_of(drawn);
  }
  std::sort(means.begin(), means.end());
  const auto end = static_cast<std::size_t>(kOutside * static_cast<double>(kResamples));
  return {mean_of(values), means[end], means[kResamples - 1 - end], values.size()};
}

Interval bootstrap_known(const std::vector<double>& values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               [](double value) { return !std::isnan(value); });
  const double none = std::numeric_limits<double>::quiet_NaN();
  return known.empty() ? Interval{none, none, none, 0} : bootstrap_mean(known);
}

Interval paired_difference(const std::vector<double>& first, const std::vector<double>& second) {
  if (first.size() != second.size()) throw std::invalid_argument("pairs of unequal sizes");
  std::vector<double> differences;
  for (std::size_t i = 0; i < first.size(); ++i) differences.push_back(first[i] - second[i]);
  return bootstrap_mean(differences);
}

}  // namespace h4h::studies
