#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "nas/cost/block_table.hpp"
#include "nas/cost/fitness_oracle.hpp"
#include "nas/cost/simulated_costs.hpp"
#include "nas/cost/spill_runs.hpp"

namespace h4h::nas {

// A space compiled for a platform: costs of its blocks, of which a candidate is a sum. Says what
// SimulatedCosts says, to the bit. Where weights are copied ahead of their layers a block's cost
// depends on the one before, and candidates are simulated one by one. `space` and `results` must
// outlive it.
class CostTable : public FitnessOracle {
 public:
  CostTable(const Space& space, platforms::Platform platform, sim::Objective objective,
            sim::JobResults& results);

  std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) override;

  // Lets workers begin with all jobs that these candidates need.
  void begin(const std::vector<Genotype>& candidates);

  // Everything about one candidate; nullopt where it does not run.
  std::optional<sim::Report> report(const Genotype& candidate) {
    return simulated_.report(candidate);
  }

  // Has every layer simulated that some network of the space consists of, under every share and
  // power that a mapping may give it, wherever its tensors come to lie. `progress` is told how many
  // blocks are done, and of how many. Nothing where candidates are simulated one by one.
  struct Precomputed {
    std::int64_t blocks = 0, jobs = 0;
    bool all = true;  // see EveryBlock
  };
  std::optional<Precomputed> precompute(
      const std::function<void(std::size_t, std::size_t)>& progress);

 private:
  // Blocks in a row, alike.
  struct Step {
    Block* block = nullptr;
    std::int64_t times = 0;
  };

  Cost compiled(const Genotype& canonical);
  void walk(const Genotype& canonical);
  // Whether what overflows the SRAM spills, and nothing else happens: blocks cost the same in every
  // network then. Under sram.schedule=cascade candidates that overflow are simulated one by one.
  bool spills_whole() const;
  bool is_compiled() const;
  bool overflows() const;
  std::vector<const Block*> blocks_in_order() const;
  void tally();
  Cost cheapest();
  Tally within_capacity(std::size_t active) const;
  double cost(const Tally& tally, std::size_t active) const;
  Cost cost_of(const Tally& tally, std::size_t active) const;

  const Space& space_;
  platforms::Platform platform_;
  sim::Objective objective_;
  SimulatedCosts simulated_;
  std::unique_ptr<BlockTable> blocks_;  // null where candidates are simulated
  SpillRuns runs_;
  std::optional<double> area_mm2_;

  // Of the candidate at hand.
  std::vector<Step> steps_;
  std::vector<Tally> tallies_;            // [power]
  std::vector<const BlockCosts*> costs_;  // of its blocks in order
};

}  // namespace h4h::nas
