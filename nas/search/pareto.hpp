#pragma once

#include <cstddef>
#include <vector>

namespace h4h::nas {

// What a candidate is worth: accuracy up, cost (seconds or joules) and area (mm2) down, under
// budgets. Where the chip is given, all areas are 0, and everything below is of two objectives.
struct Worth {
  double violation = 0;  // 0 within every budget; the others mean nothing where it is not
  double accuracy = 0;
  double cost = 0;
  double area = 0;
};

// Constraint domination (Deb et al. 2002, section VI): within budgets first, then less violation,
// then no worse in any objective and better in one.
bool dominates(const Worth& a, const Worth& b);

// Of each, how many fronts stand before its own: fast non-dominated sort (Deb et al. 2002,
// section III-A).
std::vector<std::size_t> ranks(const std::vector<Worth>& all);

// Of each of one front, how far apart its neighbours are on each axis, each axis as a share of the
// front's extent (Deb et al. 2002, section III-B); infinite at the ends. Costs by their logarithm:
// those of a space span orders of magnitude, and a factor counts the same at both ends.
std::vector<double> crowding(const std::vector<Worth>& front);

// Indices of those that none dominates, from the cheapest to the most expensive; of equals the
// first. Empty where none is within budgets.
std::vector<std::size_t> front(const std::vector<Worth>& all);

struct Standing {
  std::size_t rank = 0;
  double crowding = 0;
};
// Lower rank first, then the larger crowding distance.
bool operator<(const Standing& a, const Standing& b);
std::vector<Standing> standings(const std::vector<Worth>& all);

// Indices of the n that stand best, best first; of equals the first.
std::vector<std::size_t> best(const std::vector<Worth>& all, std::size_t n);

// What those within budgets dominate, up to a reference point that is worse in both (Zitzler and
// Thiele 1998): accuracy as a fraction x seconds or joules. Areas are ignored.
double hypervolume(const std::vector<Worth>& all, double worst_accuracy, double worst_cost);
// The same of all three objectives: x mm2.
double hypervolume(const std::vector<Worth>& all, double worst_accuracy, double worst_cost,
                   double worst_area);

}  // namespace h4h::nas
