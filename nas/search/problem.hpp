#pragma once

#include <optional>
#include <vector>

#include "nas/accuracy/accuracy.hpp"
#include "nas/cost/fitness_oracle.hpp"
#include "nas/search/pareto.hpp"
#include "sim/mapping/goal.hpp"

namespace h4h::nas {

// What is searched for: high accuracy at a low cost, within budgets; where the chip varies, a small
// area of its macros too.
struct Problem {
  sim::Objective objective = sim::Objective::latency;
  std::optional<double> max_latency_s;
  std::optional<double> max_energy_j;

  double cost(const Cost& cost) const;  // of the objective
  // The sum of what exceeds a budget, each as a share of it; infinite where it does not run.
  double violation(const Cost& cost) const;
  bool has_budget() const { return max_latency_s || max_energy_j; }
};

// An evaluated network, and its chip where the search varies it (SearchSpace). Accuracy is asked
// for within budgets only: it is what takes long.
struct Candidate {
  Genotype genotype;
  Cost cost;
  std::optional<double> accuracy{};
  // Accuracies estimated and predicted before the measurement (Preselection).
  std::optional<double> screened{}, predicted{};
};

bool operator==(const Cost& a, const Cost& b);
bool operator==(const Candidate& a, const Candidate& b);

Worth worth(const Problem& problem, const Candidate& candidate);
std::vector<Worth> worths(const Problem& problem, const std::vector<Candidate>& candidates);
// Those of the front, from the cheapest to the most expensive.
std::vector<Candidate> front(const Problem& problem, const std::vector<Candidate>& candidates);

// Candidates with their costs alone.
std::vector<Candidate> costed(FitnessOracle& costs, const std::vector<Genotype>& genotypes);
// Measures the accuracy of those within budgets.
void measure(const Problem& problem, Accuracy& accuracy, std::vector<Candidate>& candidates);
// Both for everything in `genotypes`.
std::vector<Candidate> evaluate(const Problem& problem, FitnessOracle& costs, Accuracy& accuracy,
                                const std::vector<Genotype>& genotypes);

}  // namespace h4h::nas
