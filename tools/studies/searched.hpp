#pragma once

#include <cstdint>

#include "nas/space/space.hpp"
#include "sim/mapping/goal.hpp"
#include "tools/studies/front_curve.hpp"
#include "tools/studies/study.hpp"

namespace h4h::studies {

// A variant of the chip that networks are searched for.
struct SearchedChip {
  std::int64_t macros = 0, units = 1;
  std::string capacity;  // "enforce" or "ignore"

  std::vector<platforms::Override> changes() const;
  std::string name() const;
};

// A network on a chip.
struct FoundNetwork {
  nas::Genotype genotype;
  double accuracy = 0;  // %, of the surrogate
  double latency_s = 0, energy_j = 0;
};

// The best networks on one chip, of all that were found for any.
struct ChipFront {
  SearchedChip chip;
  std::vector<FoundNetwork> networks;  // from the cheapest on

  FrontCurve curve(sim::Objective objective) const;
};

// Searches of a space for several chips, under the accuracy surrogate and its curve of that space.
class Searched {
 public:
  // `space`: a file of nas/spaces. `of_front`: networks that stand for a front, enough for a curve,
  // few enough to be costed again in every variant.
  Searched(std::vector<SearchedChip> chips, sim::Objective objective,
           const std::string& space = "h4h-imagenet", std::size_t of_front = 16);

  // Searches for every chip, and keeps of what was found networks that stand for each front.
  // `Result::networks` of a study takes them to `fronts` on other variants.
  std::vector<nas::Genotype> search(const Setup& setup) const;

  // The fronts of these networks on the chips, as a variant of the platform and the surrogate has
  // them.
  std::vector<ChipFront> fronts(const Setup& setup,
                                const std::vector<nas::Genotype>& networks) const;

  const nas::Space& space() const { return space_; }
  sim::Objective objective() const { return objective_; }

 private:
  std::vector<SearchedChip> chips_;
  sim::Objective objective_;
  std::size_t of_front_;
  nas::Space space_;
};

// Front by chip: macros, units, capacity, and one row for each network.
Table fronts_table(const Searched& searched, const std::vector<ChipFront>& fronts);

// A network counts once for each front that it stands on.
std::vector<nas::Genotype> networks_on(const std::vector<ChipFront>& fronts);

// The curve of a front over its cost, in ms or mJ.
Series cost_series(const std::string& name, const FrontCurve& front);

// The front of a chip among `fronts`. NPU alone: of any capacity.
const ChipFront& front_of(const std::vector<ChipFront>& fronts, std::int64_t macros,
                          std::int64_t units, const std::string& capacity);

}  // namespace h4h::studies
