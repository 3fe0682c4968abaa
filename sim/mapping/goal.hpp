#pragma once

#include <optional>
#include <string_view>

namespace h4h::sim {

enum class Objective { latency, energy, edp };  // edp: the product of both
constexpr std::string_view to_string(Objective objective) {
  switch (objective) {
    case Objective::latency:
      return "latency";
    case Objective::energy:
      return "energy";
    case Objective::edp:
      return "edp";
  }
  return {};
}

// What an automatic mapping minimises. `limit` bounds the other one: joules of energy where latency
// is minimised, seconds of latency where energy is. A product has none.
struct Goal {
  Goal(Objective minimised, std::optional<double> limited = {})  // NOLINT: an objective is a goal
      : objective(minimised), limit(limited) {}
  Objective objective;
  std::optional<double> limit;
};

}  // namespace h4h::sim
