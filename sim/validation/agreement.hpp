#pragma once

#include <string>
#include <vector>

namespace h4h::sim {

// A figure of ours beside those of Arm's two estimators, all in cycles.
struct Compared {
  double ours = 0, regor = 0, legacy = 0;
};

// How well figures agree with Regor's; ln(ours / regor) throughout, so 0.05 is about 5 %.
struct Agreement {
  std::size_t count = 0;
  double bias = 0;    // mean
  double mean = 0;    // of the absolute values
  double p90 = 0;     // of the absolute values
  double inside = 0;  // share in [0.9 min(regor, legacy), 1.1 max(regor, legacy)]
};

Agreement agreement(const std::vector<Compared>& figures);
// Of the legacy estimator with Regor.
Agreement legacy_agreement(const std::vector<Compared>& figures);

// Relative distance (0.05 is 5 %) from the interval [min, max] of the two estimators; 0 inside.
double outside(const Compared& figures);
// Relative distance to the nearer of the two.
double to_nearer(const Compared& figures);
// ln(ours / the nearer of the two).
double log_to_nearer(const Compared& figures);

}  // namespace h4h::sim
