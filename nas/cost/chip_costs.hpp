#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "nas/cost/cost_table.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// Costs of networks on the chip that each candidate names: of each chip a table, made when it is
// first asked for. `results` and the space of networks must outlive it.
class ChipCosts : public FitnessOracle {
 public:
  // `platform` gives the platform of a chip by its index (SearchSpace::chip).
  ChipCosts(SearchSpace space, std::function<platforms::Platform(std::size_t)> platform,
            sim::Objective objective, sim::JobResults& results);

  // Workers begin with all candidates at once. Where the chip varies, costs have the area of its
  // macros.
  std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) override;

  // Everything about one candidate; nullopt where it does not run.
  std::optional<sim::Report> report(const Genotype& candidate);

  // Of all chips, mm2.
  double largest_macro_area_mm2() const;

 private:
  struct Chip {
    std::unique_ptr<CostTable> costs;
    double macro_area_mm2 = 0;
  };
  Chip& chip(std::size_t index);

  SearchSpace space_;
  std::function<platforms::Platform(std::size_t)> platform_;
  sim::Objective objective_;
  sim::JobResults& results_;
  std::vector<Chip> chips_;
};

}  // namespace h4h::nas
