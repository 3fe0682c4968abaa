#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "sim/mapping/knapsack.hpp"

namespace h4h::sim {

// A choice whose cost may be known as a lower bound only.
struct BoundedChoice {
  double cost = 0;
  std::int64_t words = 0;
  bool exact = true;
};
// What a choice of a layer costs.
using ExactCost = std::function<double(std::size_t layer, std::size_t choice)>;

// Asks for the costs on which choose_within depends, and for few others: those of the cheapest
// choice of every layer, and, where these do not fit, of what the relaxation at its price of words
// cannot rule out (Lagrangian variable fixing: Nemhauser and Wolsey, Integer and Combinatorial
// Optimization, 1988, section II.3.6). The result has bounds in place of the other costs, and
// choose_within makes of it the same picks as of the costs themselves, ties included. Where the
// least sum is above `most`, nullopt, or costs and bounds of which the least sum is above it, too.
std::optional<std::vector<std::vector<Choice>>> settle(
    std::vector<std::vector<BoundedChoice>> layers, std::int64_t capacity,
    const ExactCost& exact_cost, double most = std::numeric_limits<double>::infinity());

// The same on a chip of several devices of macros.
struct BoundedGroupedChoice {
  double cost = 0;
  Words words;
  bool exact = true;
};

// The same within the capacity of every device of macros: asks for what some choice that fits
// cannot rule out. choose_within makes of the result picks that cost the same as those that it
// makes of the costs themselves.
std::optional<std::vector<std::vector<GroupedChoice>>> settle(
    std::vector<std::vector<BoundedGroupedChoice>> layers, const Words& capacity,
    const ExactCost& exact_cost, double most = std::numeric_limits<double>::infinity());

}  // namespace h4h::sim
