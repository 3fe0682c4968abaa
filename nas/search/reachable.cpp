#include "nas/search/reachable.hpp"

#include <fmt/format.h>

#include <functional>

namespace h4h::nas {
namespace {

constexpr int kSteps = 6;

using Value = std::function<double(const Cost&)>;

struct Point {
  Genotype genotype;
  Cost cost;
};

// The same network with one gene a choice up or down.
std::vector<Genotype> neighbours(const SearchSpace& space, const Genotype& genotype) {
  std::vector<Genotype> all;
  for (std::size_t gene = 0; gene < genotype.size(); ++gene) {
    for (const int step : {-1, +1}) {
      const int choice = genotype[gene] + step;
      if (choice < 0 || choice >= static_cast<int>(space.choices(gene))) continue;
      Genotype other = genotype;
      other[gene] = static_cast<std::uint16_t>(choice);
      other = space.canonical(std::move(other));
      if (other != genotype) all.push_back(std::move(other));
    }
  }
  return all;
}

Point descend(const SearchSpace& space, FitnessOracle& costs, Point point, const Value& value) {
  for (int step = 0; step < kSteps && value(point.cost) > 0; ++step) {
    const std::vector<Genotype> around = neighbours(space, point.genotype);
    const std::vector<Cost> cost = costs.evaluate(around);
    const double before = value(point.cost);
    for (std::size_t i = 0; i < around.size(); ++i) {
      if (!cost[i].infeasible && value(cost[i]) < value(point.cost)) point = {around[i], cost[i]};
    }
    if (!(value(point.cost) < before)) break;
  }
  return point;
}

std::string in_units(double value, double per_unit, const char* unit) {
  return fmt::format("{:.6g} {}", value * per_unit, unit);
}
std::string as_time(double s) { return in_units(s, 1e6, "us"); }
std::string as_energy(double j) { return in_units(j, 1e6, "uJ"); }

// With the chip, where that varies.
std::string text_of(const SearchSpace& space, const Genotype& candidate) {
  std::string text = space.networks().text(space.network(candidate));
  const std::vector<std::string> values = space.chip_values(candidate);
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? ", on " : ", ", space.chips()[i].key, values[i]);
  }
  return text;
}

void check_reachable(const SearchSpace& space, const Point& smallest, const std::string& limited,
                     double limit, const Value& value, std::string (*text)(double)) {
  if (value(smallest.cost) <= limit) return;
  throw InfeasibleError(fmt::format(
      "infeasible: no network within --max-{} {}: the lowest {} found is {} (genotype {})", limited,
      text(limit), limited, text(value(smallest.cost)), text_of(space, smallest.genotype)));
}

}  // namespace

Genotype within_budgets(const SearchSpace& space, const Problem& problem, FitnessOracle& costs) {
  const Genotype smallest = space.on_first_chip(space.networks().canonical(space.networks().min()));
  const Point min{smallest, costs.evaluate({smallest}).at(0)};
  if (min.cost.infeasible) {
    throw InfeasibleError(
        fmt::format("infeasible: the smallest network does not fit the platform: {} (genotype {})",
                    *min.cost.infeasible, text_of(space, min.genotype)));
  }
  const Point found =
      descend(space, costs, min, [&](const Cost& cost) { return problem.violation(cost); });
  if (problem.violation(found.cost) == 0) return found.genotype;

  const Value latency = [](const Cost& cost) { return cost.latency_s; };
  const Value energy = [](const Cost& cost) { return cost.energy_j; };
  if (problem.max_latency_s) {
    check_reachable(space, descend(space, costs, min, latency), "latency", *problem.max_latency_s,
                    latency, as_time);
  }
  if (problem.max_energy_j) {
    check_reachable(space, descend(space, costs, min, energy), "energy", *problem.max_energy_j,
                    energy, as_energy);
  }
  throw InfeasibleError(
      fmt::format("infeasible: no network found within both limits; the closest takes {} and {} "
                  "(genotype {})",
                  as_time(found.cost.latency_s), as_energy(found.cost.energy_j),
                  text_of(space, found.genotype)));
}

}  // namespace h4h::nas
