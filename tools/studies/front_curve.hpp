#pragma once

#include <utility>
#include <vector>

namespace h4h::studies {

// What networks of a front cost (seconds or joules) at each accuracy (%): linear between two of
// them, and nothing beyond its ends.
class FrontCurve {
 public:
  // Networks as (accuracy, cost); those that another one beats are left out.
  explicit FrontCurve(std::vector<std::pair<double, double>> networks);

  bool empty() const { return points_.empty(); }
  double least_accuracy() const { return points_.front().first; }
  double greatest_accuracy() const { return points_.back().first; }
  const std::vector<std::pair<double, double>>& points() const { return points_; }

  double cost_at(double accuracy) const;  // within the ends
  double accuracy_at(double cost) const;  // the same

 private:
  std::vector<std::pair<double, double>> points_;  // both rise
};

// Two fronts wherever both exist, in steps of 0.1 % accuracy.
struct SameAccuracy {
  std::vector<std::pair<double, double>> saved;  // (accuracy, share of the first one's cost)
  double mean = 0, most = 0;                     // of them; not a number where there are none
  double most_at = 0;                            // the accuracy
  double least_accuracy() const;                 // the same
  double greatest_accuracy() const;
};
SameAccuracy same_accuracy(const FrontCurve& before, const FrontCurve& after);

// By how much the second is more accurate (%) at equal cost, at every cost of a network of either
// front that both reach: the mean, the most and the least. Not a number where there is none.
struct SameCost {
  double mean = 0, most = 0, least = 0;
};
SameCost same_cost(const FrontCurve& before, const FrontCurve& after);

}  // namespace h4h::studies
