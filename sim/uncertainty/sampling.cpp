#include "sim/uncertainty/sampling.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace h4h::sim {
namespace {

// The library's distributions differ from machine to machine; its engine does not.
double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

std::vector<std::size_t> shuffled(std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) {
    const auto other = static_cast<std::size_t>(unit(random) * static_cast<double>(i));
    std::swap(order[i - 1], order[other]);
  }
  return order;
}

}  // namespace

std::vector<std::vector<double>> latin_hypercube(std::size_t samples, std::size_t dimensions,
                                                 std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<double>> points(samples, std::vector<double>(dimensions));
  for (std::size_t d = 0; d < dimensions; ++d) {
    const std::vector<std::size_t> strata = shuffled(samples, random);
    for (std::size_t s = 0; s < samples; ++s) {
      points[s][d] = (static_cast<double>(strata[s]) + unit(random)) / static_cast<double>(samples);
    }
  }
  return points;
}

}  // namespace h4h::sim
