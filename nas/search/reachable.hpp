#pragma once

#include <stdexcept>

#include "nas/search/problem.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// Budgets that no network keeps, as far as a short descent finds out.
class InfeasibleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A network within the budgets: the smallest of the space on the first chip, or what a greedy
// descent from there comes to, one gene a step. Throws InfeasibleError that names the budget and
// the smallest value reached, or why nothing runs. Asks for a few costs at most, never for
// accuracy.
Genotype within_budgets(const SearchSpace& space, const Problem& problem, FitnessOracle& costs);

}  // namespace h4h::nas
