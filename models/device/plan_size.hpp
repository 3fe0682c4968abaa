#pragma once

#include <cstdint>
#include <stdexcept>

namespace h4h::models {

// The most steps of the NPU, or tiles of macros, that a share of a layer may be cut into.
// The limit keeps a simulation within about a gigabyte and ten seconds of a core (measured: 3.9
// million steps of a convolution take 1.1 GB and 7 s).
constexpr std::int64_t kMostPlanSteps = 4'000'000;

// A share of a layer that would be cut into more.
class PlanTooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Called before a plan is built. `steps` is an estimate: whole blocks are counted.
// Throws PlanTooLarge, naming it and the limit.
void check_plan_size(double steps);

}  // namespace h4h::models
