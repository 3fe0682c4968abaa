#include "nas/recipe/subspace.hpp"

#include <fmt/format.h>

namespace h4h::nas {

Subspace::Subspace(const Space& space, SubspaceKind kind) : space_(space), kind_(kind) {
  if (kind == SubspaceKind::whole) return;
  for (const Stage& stage : space.stages()) {
    if (stage.kind == StageKind::vit && space.genes()[stage.depth].choices.front() > 0) {
      throw SpaceError(fmt::format(
          "space {}: the recipe trains networks without transformers first, but stage {} cannot "
          "have depth 0",
          space.name(), stage.name));
    }
  }
}

Genotype Subspace::restricted(Genotype genotype) const {
  if (kind_ == SubspaceKind::whole) return space_.canonical(std::move(genotype));
  for (const Stage& stage : space_.stages()) {
    if (stage.kind == StageKind::vit) genotype.at(stage.depth) = 0;
  }
  return space_.canonical(std::move(genotype));
}

}  // namespace h4h::nas
