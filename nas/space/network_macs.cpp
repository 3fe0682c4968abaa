#include "nas/space/network_macs.hpp"

#include "nas/space/each_block.hpp"

namespace h4h::nas {

std::int64_t NetworkMacs::of(const Genotype& canonical) {
  const std::int64_t side = space_.resolution(canonical);
  workloads::Shape shape{side, side, space_.input_channels()};
  std::int64_t macs = 0;
  each_block(space_, canonical, [&](const BlockChoice& choice, std::int64_t times) {
    const Counted& counted = block(choice, shape);
    macs += times * counted.macs;
    shape = counted.output;
  });
  return macs;
}

const NetworkMacs::Counted& NetworkMacs::block(const BlockChoice& choice,
                                               const workloads::Shape& input) {
  const Key key{static_cast<std::int64_t>(choice.stage),
                choice.is_first ? 1 : 0,
                choice.width,
                choice.expansion,
                choice.further,
                input.height,
                input.width,
                input.channels};
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  const workloads::Network network = space_.block(choice, input);
  return known_.emplace(key, Counted{workloads::macs(network), network.tensors.back().shape})
      .first->second;
}

BlockCounts block_counts(const Space& space, const Genotype& canonical) {
  BlockCounts counts;
  for (const Stage& stage : space.stages()) {
    if (stage.kind == StageKind::mbconv) counts.mbconv += space.whole(canonical, stage.depth);
    if (stage.kind == StageKind::vit) counts.vit += space.whole(canonical, stage.depth);
  }
  return counts;
}

}  // namespace h4h::nas
