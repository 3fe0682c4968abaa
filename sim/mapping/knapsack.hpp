#pragma once

#include <cstdint>
#include <vector>

namespace h4h::sim {

// One way to map a layer: its cost and the words it keeps resident.
struct Choice {
  double cost = 0;
  std::int64_t words = 0;
};

// One choice per layer with the least total cost within `capacity` words (exact). Costs are finite
// and not negative, every layer has a choice of 0 words, `capacity` is not negative. Returns the
// index of the choice of each layer.
//
// Where the cheapest choice of every layer fits, the first cheapest of each. Else of equal sums
// the fewest words; of these the first choice of the layer whose cheapest choice has the fewest
// words (of such layers the later), then of the next.
std::vector<std::size_t> choose_within(const std::vector<std::vector<Choice>>& layers,
                                       std::int64_t capacity);

}  // namespace h4h::sim
