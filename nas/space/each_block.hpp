#pragma once

#include "nas/space/space.hpp"

namespace h4h::nas {

// The blocks of a network in order, those that are alike at once: visit(choice, times).
template <typename Visit>
void each_block(const Space& space, const Genotype& canonical, Visit visit) {
  for (std::size_t s = 0; s < space.stages().size(); ++s) {
    const Stage& stage = space.stages()[s];
    const std::int64_t depth = has_depth(stage.kind) ? space.whole(canonical, stage.depth) : 1;
    BlockChoice choice{s, true, canonical[stage.width], canonical[stage.expansion],
                       space.further(stage, canonical)};
    if (depth > 0) visit(choice, std::int64_t{1});
    choice.is_first = false;
    if (depth > 1) visit(choice, depth - 1);
  }
  if (!space.ends_in_pool()) visit(BlockChoice{space.stages().size()}, std::int64_t{1});
}

}  // namespace h4h::nas
