#pragma once

#include <map>
#include <variant>

#include "nas/cost/fitness_oracle.hpp"
#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/report/report.hpp"

namespace h4h::nas {

// Simulates every candidate under the best mapping for an objective; layers and candidates that
// come again are answered from memory. `space` and `results` must outlive
// it.
class SimulatedCosts : public FitnessOracle {
 public:
  SimulatedCosts(const Space& space, platforms::Platform platform, sim::Objective objective,
                 sim::JobResults& results);

  std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) override;

  sim::JobResults& results() const { return layers_.results(); }

  // Lets workers begin with the layers that a candidate will ask for in all likelihood.
  void begin(const Genotype& candidate);

  // Everything about one candidate; nullopt where it does not run.
  std::optional<sim::Report> report(const Genotype& candidate);

 private:
  workloads::Network network(const Genotype& candidate) const;
  std::variant<sim::Report, sim::Infeasible> run(const Genotype& candidate);
  Cost simulate(const Genotype& candidate);

  const Space& space_;
  platforms::Platform platform_;
  sim::Objective objective_;
  sim::LayerCosts layers_;
  std::map<Genotype, Cost> memo_;
};

}  // namespace h4h::nas
