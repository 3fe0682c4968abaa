#pragma once

#include "nas/space/space.hpp"

namespace h4h::nas {

// The blocks of a network in order, those that are alike at once: visit(choice, times).
template <typename Visit>
void each_block(const Space& space, const Genotype& canonical, Visit visit) {
  for (std::size_t s = 0; s < space.stages().size(); ++s) {
    const Stage& stage = space.stages()[s];
    const std::int64_t depth = has_depth(stage.kind) ? space.whole(canonical, stage.depth) : 1;
    const std::uint16_t width = canonical[stage.width], expansion = canonical[stage.expansion];
    if (depth > 0) visit(BlockChoice{s, true, width, expansion}, std::int64_t{1});
    if (depth > 1) visit(BlockChoice{s, false, width, expansion}, depth - 1);
  }
  if (!space.ends_in_pool()) visit(BlockChoice{space.stages().size()}, std::int64_t{1});
}

}  // namespace h4h::nas
