#include "workloads/nets/vit_tiny.hpp"

#include <fmt/format.h>

#include "workloads/blocks/vit_block.hpp"

namespace h4h::workloads {
namespace {

constexpr std::int64_t kPatch = 16;
constexpr std::int64_t kChannels = 192;
constexpr std::int64_t kEncoders = 12;
constexpr std::int64_t kMlpRatio = 4;

}  // namespace

Network vit_tiny(std::int64_t resolution) {
  check_parameter("vit_tiny", "resolution", static_cast<double>(resolution), 32, 1024);
  if (resolution % kPatch != 0) {
    throw NetworkError(
        fmt::format("vit_tiny: resolution must be a multiple of {}, not {}", kPatch, resolution));
  }
  BlockBuilder b(fmt::format("vit_tiny_{}", resolution));
  TensorId t = b.image(resolution, resolution, 3);
  b.begin(Block::stem);
  t = b.conv("patches", t, kChannels, kPatch, kPatch, Activation::none);
  for (std::int64_t i = 1; i <= kEncoders; ++i) {
    t = vit_block(b, fmt::format("encoder{}", i), t, kChannels, kMlpRatio * kChannels);
  }
  b.begin(Block::vit);
  t = b.add("norm", LayerNorm{}, t);
  t = b.mean_and_classifier(t, 1000);
  return std::move(b).finish(t);
}

}  // namespace h4h::workloads
