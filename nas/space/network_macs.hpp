#pragma once

#include <array>
#include <map>

#include "nas/space/space.hpp"

namespace h4h::nas {

// MACs of networks of a space, as the sum of those of its blocks, each counted once. `space` must
// outlive it.
class NetworkMacs {
 public:
  explicit NetworkMacs(const Space& space) : space_(space) {}

  std::int64_t of(const Genotype& canonical);

 private:
  // Of a block on an input: what it does, and what it leaves.
  struct Counted {
    std::int64_t macs = 0;
    workloads::Shape output;
  };
  const Counted& block(const BlockChoice& choice, const workloads::Shape& input);

  using Key = std::array<std::int64_t, 8>;
  const Space& space_;
  std::map<Key, Counted> known_;
};

// Layers of MBConv and of ViT stages.
struct BlockCounts {
  std::int64_t mbconv = 0, vit = 0;
  // 0 where there is no MBConv to compare them with.
  double vit_per_ten() const {
    return mbconv == 0 ? 0 : 10.0 * static_cast<double>(vit) / static_cast<double>(mbconv);
  }
};
BlockCounts block_counts(const Space& space, const Genotype& canonical);

}  // namespace h4h::nas
