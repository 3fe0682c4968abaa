#include "workloads/nets/mobilenet_v2.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/blocks/inverted_residual.hpp"

namespace h4h::workloads {
namespace {

struct Stage {
  std::int64_t expansion, channels, blocks, stride;
};

// Table 2 of the paper: t, c, n, s.
constexpr std::array<Stage, 7> kStages{{{1, 16, 1, 1},
                                        {6, 24, 2, 2},
                                        {6, 32, 3, 2},
                                        {6, 64, 4, 2},
                                        {6, 96, 3, 1},
                                        {6, 160, 3, 2},
                                        {6, 320, 1, 1}}};

// Channel counts are kept multiples of 8 and never shrink by more than a tenth.
std::int64_t scaled(std::int64_t channels, double width) {
  const double exact = static_cast<double>(channels) * width;
  const auto rounded = std::max<std::int64_t>(8, static_cast<std::int64_t>(exact + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * exact ? rounded + 8 : rounded;
}

}  // namespace

Network mobilenet_v2(double width, std::int64_t resolution) {
  check_parameter("mobilenet_v2", "width", width, 0.1, 4);
  check_parameter("mobilenet_v2", "resolution", static_cast<double>(resolution), 32, 1024);
  BlockBuilder b(fmt::format("mobilenet_v2_{}_{}", width, resolution));
  TensorId t = b.image(resolution, resolution, 3);
  b.begin(Block::stem);
  t = b.conv("stem", t, scaled(32, width), 3, 2, Activation::relu6);
  for (std::size_t s = 0; s < kStages.size(); ++s) {
    const Stage& stage = kStages[s];
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      t = inverted_residual(b, fmt::format("stage{}.{}", s + 1, i + 1), t,
                            stage.expansion * b.shape(t).channels, scaled(stage.channels, width),
                            i == 0 ? stage.stride : 1);
    }
  }
  b.begin(Block::head);
  t = b.conv("head", t, width > 1.0 ? scaled(1280, width) : 1280, 1, 1, Activation::relu6);
  t = b.mean_and_classifier(t, 1000);
  return std::move(b).finish(t);
}

}  // namespace h4h::workloads
