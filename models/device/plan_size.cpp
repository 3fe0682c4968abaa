#include "models/device/plan_size.hpp"

#include <fmt/format.h>

namespace h4h::models {

void check_plan_size(double steps) {
  if (steps <= static_cast<double>(kMostPlanSteps)) return;
  throw PlanTooLarge(
      fmt::format("it takes about {:.3g} million steps to simulate; allowed: {:g} million",
                  steps * 1e-6, static_cast<double>(kMostPlanSteps) * 1e-6));
}

}  // namespace h4h::models
