#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/words.hpp"

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

// One way to map a layer on a chip of several devices of macros.
struct GroupedChoice {
  double cost = 0;
  Words words;
};

// The same within the capacity of every device of macros (exact, but for the rounding of sums).
// Where the cheapest choice of every layer fits, the first cheapest of each. The time may grow
// exponentially with the number of layers where many choices are about as good as each other.
std::vector<std::size_t> choose_within(const std::vector<std::vector<GroupedChoice>>& layers,
                                       const Words& capacity);

}  // namespace h4h::sim
