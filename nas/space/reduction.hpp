#pragma once

#include "nas/space/space.hpp"

namespace h4h::nas {

// A space whose networks are all networks of another one, `whole`: its stages are stages of that
// one, in the same order, with some of their choices; a stage that it lacks may have depth 0 there.
class Reduction {
 public:
  // Both must outlive it. Throws SpaceError that names the first thing by which `part` is none.
  Reduction(const Space& whole, const Space& part);

  // `part` with the shortcuts of `whole`: where fewer choices would give the first layer of a stage
  // a shortcut, it has none (`shortcut: none`), as in the networks of `whole`.
  const Space& space() const { return space_; }
  // The genotype of the same network in `whole`.
  Genotype in_whole(const Genotype& genotype) const;

 private:
  const Space& whole_;
  Space space_;
};

}  // namespace h4h::nas
