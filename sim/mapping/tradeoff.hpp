#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "sim/mapping/words.hpp"

namespace h4h::sim {

// One way to map a layer: two costs, and the words it keeps resident.
struct TwoCosts {
  double first = 0, second = 0;
  Words words;
  bool exact = true;  // else both costs are lower bounds
};

using Alternatives = std::vector<std::vector<TwoCosts>>;  // by layer; each has one of 0 words

// The exact costs of a choice of a layer. Asked for where a result depends on costs that are known
// as bounds: the result is the same as if all had been exact.
using ExactCosts = std::function<TwoCosts(std::size_t layer, std::size_t choice)>;

struct Compromise {
  std::vector<std::size_t> picks;  // of each layer
  double first = 0, second = 0;    // their sums
  double bound = 0;                // no choice within the capacity has less of what is minimised
};

// What two costs add up to, each counted so many times.
struct Weights {
  double on_first = 0, on_second = 0;

  double sum(double first, double second) const { return on_first * first + on_second * second; }
};

// Whatever is chosen within the capacity has a weighted sum of `level` or more.
struct SupportLine {
  Weights weights;
  double level = 0;
};
using SupportLines =
    std::vector<SupportLine>;  // the steepest first, each with a corner to the next

// No choice within the capacity has less of first x second: what the Lagrangian relaxations of a
// few weighted sums tell, of which each is a line. Ends once the bound is above `most`.
struct ProductBound {
  double bound = 0;
  SupportLines lines;
};
ProductBound product_bound(const Alternatives& layers, const Words& capacity, double most);

// The least first x second within the capacity of each device of macros; nullopt where it is above
// `most`. A product is least at a corner of the convex hull of what can be reached, since it is
// concave along each edge, and every corner is the least of some weighted sum. The lower bound is
// the result itself unless the search ends early, where the result may be above `most`, too. Of
// equal products, which one is found does not depend on the costs that were exact before. `lines`:
// those of product_bound for the same layers, where they are known.
std::optional<Compromise> least_product(Alternatives layers, const Words& capacity,
                                        const ExactCosts& exact = {},
                                        double most = std::numeric_limits<double>::infinity(),
                                        const SupportLines& lines = {});

// The least first of all; nullopt where it is above `most`.
std::optional<Compromise> least_of_first(Alternatives layers, const Words& capacity,
                                         const ExactCosts& exact = {},
                                         double most = std::numeric_limits<double>::infinity());

// The least first of those whose second is at most `limit`; nullopt where there is none. The bound
// is the result itself unless more than `most_sums` partial sums could not be ruled out.
std::optional<Compromise> least_within(Alternatives layers, const Words& capacity, double limit,
                                       const ExactCosts& exact = {}, std::size_t most_sums = 4'000);

}  // namespace h4h::sim
