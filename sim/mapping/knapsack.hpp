#pragma once

#include <cstdint>
#include <vector>

namespace h4h::sim {

// One way to map a layer: its cost and the words it keeps resident.
struct Choice {
  double cost = 0;
  std::int64_t words = 0;
};

// One choice per layer with the least total cost within `capacity` words (exact, by dynamic
// programming over words); of equal costs the first choice of the later layer. Every layer must
// have a choice of 0 words. Returns the index of the choice of each layer.
std::vector<std::size_t> choose_within(const std::vector<std::vector<Choice>>& layers,
                                       std::int64_t capacity);

}  // namespace h4h::sim
