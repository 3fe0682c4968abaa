#pragma once

#include <torch/types.h>

#include <cstdint>

#include "nas/random/random.hpp"
#include "nas/supernet/supernet.hpp"
#include "workloads/blocks/inverted_residual.hpp"
#include "workloads/blocks/mb_pool.hpp"
#include "workloads/blocks/vit_block.hpp"

namespace h4h::tests {

// Sizes of a small hybrid network: stem, two MBConv stages with a transformer stage between them.
struct Sizes {
  std::int64_t resolution = 16, stem = 16, width1 = 16, depth1 = 3, expansion1 = 4;
  std::int64_t qkv = 16, vit_depth = 2, hidden = 2;
  std::int64_t width2 = 24, depth2 = 2, expansion2 = 4, features = 48;
};

inline workloads::Network hybrid(const Sizes& s) {
  using namespace workloads;
  BlockBuilder b("hybrid");
  TensorId t = b.image(s.resolution, s.resolution, 3);
  b.begin(Block::stem);
  t = b.conv("stem", t, s.stem, 3, 2, Activation::relu6);
  const auto stage = [&](const std::string& name, std::int64_t width, std::int64_t depth,
                         std::int64_t expansion, std::int64_t stride) {
    for (std::int64_t i = 0; i < depth; ++i) {
      t = inverted_residual(b, name + "." + std::to_string(i), t, expansion * b.shape(t).channels,
                            width, i == 0 ? stride : 1);
    }
  };
  stage("mb1", s.width1, s.depth1, s.expansion1, 1);
  for (std::int64_t i = 0; i < s.vit_depth; ++i) {
    t = vit_block(b, "vit." + std::to_string(i), t, s.qkv, s.hidden * b.shape(t).channels);
  }
  stage("mb2", s.width2, s.depth2, s.expansion2, 2);
  t = mb_pool(b, "pool", t, 3 * b.shape(t).channels, s.features, 10);
  return std::move(b).finish(t);
}

inline Sizes smallest() { return {8, 8, 8, 1, 3, 8, 0, 1, 8, 1, 3, 32}; }

inline Sizes random_sizes(nas::Random& random) {
  const auto pick = [&](std::int64_t low, std::int64_t high, std::int64_t step) {
    const auto choices = static_cast<std::uint64_t>((high - low) / step + 1);
    return low + step * static_cast<std::int64_t>(random.below(choices));
  };
  return {pick(8, 16, 4), pick(8, 16, 8), pick(8, 16, 8), pick(1, 3, 1),
          pick(3, 4, 1),  pick(8, 16, 8), pick(0, 2, 1),  pick(1, 2, 1),
          pick(8, 24, 8), pick(1, 2, 1),  pick(3, 4, 1),  pick(32, 48, 16)};
}

inline torch::Tensor random_images(std::int64_t count, std::int64_t side, std::uint64_t seed) {
  return torch::rand({count, 3, side, side}, at::detail::createCPUGenerator(seed));
}

// No parameter at 0 or 1, so that a wrong slice and every part of a network show in its outputs.
inline nas::Supernet trained_looking(const workloads::Network& max) {
  nas::Supernet supernet(max, 7);
  std::uint64_t seed = 0;
  for (auto& [name, parameter] : supernet.parameters()) {
    const torch::Tensor noise =
        torch::rand(parameter.value.sizes(), at::detail::createCPUGenerator(++seed));
    parameter.value = parameter.value + 0.2 * (noise + 0.1);
  }
  return supernet;
}

}  // namespace h4h::tests
