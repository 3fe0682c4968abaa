#pragma once

#include <utility>
#include <vector>

#include "nas/cost/spill_runs.hpp"

namespace h4h::nas {

struct PlacedBlock {
  Block* block = nullptr;
  std::uint64_t spilled = 0;
};

struct EveryBlock {
  std::vector<PlacedBlock> blocks;
  bool all = true;  // else: where tensors spill, there are too many networks to go through
};

// Every block that some network of a space has, wherever its tensors may come to lie, each once.
EveryBlock every_block(const Space& space, BlockTable& blocks, SpillRuns& runs);

}  // namespace h4h::nas
