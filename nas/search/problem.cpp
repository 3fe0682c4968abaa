#include "nas/search/problem.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace h4h::nas {
namespace {

double excess(double value, const std::optional<double>& budget) {
  return budget ? std::max(0.0, value / *budget - 1) : 0.0;
}

}  // namespace

double Problem::cost(const Cost& cost) const {
  switch (objective) {
    case sim::Objective::latency:
      return cost.latency_s;
    case sim::Objective::energy:
      return cost.energy_j;
    case sim::Objective::edp:
      return cost.latency_s * cost.energy_j;
  }
  std::abort();
}

double Problem::violation(const Cost& cost) const {
  if (cost.infeasible) return std::numeric_limits<double>::infinity();
  return excess(cost.latency_s, max_latency_s) + excess(cost.energy_j, max_energy_j);
}

bool operator==(const Cost& a, const Cost& b) {
  return a.latency_s == b.latency_s && a.energy_j == b.energy_j && a.area_mm2 == b.area_mm2 &&
         a.infeasible == b.infeasible && a.macro_area_mm2 == b.macro_area_mm2;
}

bool operator==(const Candidate& a, const Candidate& b) {
  return a.genotype == b.genotype && a.cost == b.cost && a.accuracy == b.accuracy &&
         a.screened == b.screened && a.predicted == b.predicted;
}

Worth worth(const Problem& problem, const Candidate& candidate) {
  return {problem.violation(candidate.cost), candidate.accuracy.value_or(0),
          problem.cost(candidate.cost), candidate.cost.macro_area_mm2.value_or(0)};
}

std::vector<Worth> worths(const Problem& problem, const std::vector<Candidate>& candidates) {
  std::vector<Worth> all;
  all.reserve(candidates.size());
  for (const Candidate& candidate : candidates) all.push_back(worth(problem, candidate));
  return all;
}

std::vector<Candidate> front(const Problem& problem, const std::vector<Candidate>& candidates) {
  std::vector<Candidate> members;
  for (const std::size_t i : front(worths(problem, candidates))) members.push_back(candidates[i]);
  return members;
}

std::vector<Candidate> costed(FitnessOracle& costs, const std::vector<Genotype>& genotypes) {
  const std::vector<Cost> cost = costs.evaluate(genotypes);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < genotypes.size(); ++i) {
    candidates.push_back({genotypes[i], cost.at(i)});
  }
  return candidates;
}

void measure(const Problem& problem, Accuracy& accuracy, std::vector<Candidate>& candidates) {
  std::vector<Candidate*> within;
  std::vector<Genotype> asked;
  for (Candidate& candidate : candidates) {
    if (problem.violation(candidate.cost) > 0) continue;
    within.push_back(&candidate);
    asked.push_back(candidate.genotype);
  }
  const std::vector<double> accuracies = accuracy.evaluate(asked);
  for (std::size_t i = 0; i < within.size(); ++i) within[i]->accuracy = accuracies.at(i);
}

std::vector<Candidate> evaluate(const Problem& problem, FitnessOracle& costs, Accuracy& accuracy,
                                const std::vector<Genotype>& genotypes) {
  std::vector<Candidate> candidates = costed(costs, genotypes);
  measure(problem, accuracy, candidates);
  return candidates;
}

}  // namespace h4h::nas
