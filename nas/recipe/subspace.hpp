#pragma once

#include "nas/recipe/recipe.hpp"
#include "nas/space/space.hpp"

namespace h4h::nas {

// The networks of a space that a phase trains.
class Subspace {
 public:
  // `space` must outlive it. Throws SpaceError where `cnn_only` and a transformer stage cannot have
  // depth 0.
  Subspace(const Space& space, SubspaceKind kind);

  Genotype min() const { return restricted(space_.min()); }
  Genotype max() const { return restricted(space_.max()); }
  Genotype sample(Random& random) const { return restricted(space_.sample(random)); }

 private:
  Genotype restricted(Genotype genotype) const;

  const Space& space_;
  SubspaceKind kind_;
};

}  // namespace h4h::nas
