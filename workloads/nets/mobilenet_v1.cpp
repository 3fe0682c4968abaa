#include "workloads/nets/mobilenet_v1.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {
namespace {

struct Separable {
  std::int64_t channels, stride;
};

// Table 1 of the paper. Its last block has "s2" on 7 x 7, which can only be a misprint of s1.
constexpr std::array<Separable, 13> kBlocks{{{64, 1},
                                             {128, 2},
                                             {128, 1},
                                             {256, 2},
                                             {256, 1},
                                             {512, 2},
                                             {512, 1},
                                             {512, 1},
                                             {512, 1},
                                             {512, 1},
                                             {512, 1},
                                             {1024, 2},
                                             {1024, 1}}};

// As the authors' code rounds.
std::int64_t scaled(std::int64_t channels, double width) {
  return std::max<std::int64_t>(8,
                                static_cast<std::int64_t>(static_cast<double>(channels) * width));
}

}  // namespace

Network mobilenet_v1(double width, std::int64_t resolution, std::int64_t classes) {
  check_parameter("mobilenet_v1", "width", width, 0.1, 4);
  check_parameter("mobilenet_v1", "resolution", static_cast<double>(resolution), 32, 1024);
  BlockBuilder b(fmt::format("mobilenet_v1_{}_{}", width, resolution));
  TensorId t = b.image(resolution, resolution, 3);
  t = b.conv("stem", t, scaled(32, width), 3, 2, Activation::relu6);
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    const std::string name = fmt::format("block{}", i + 1);
    t = b.depthwise(name + "/depthwise", t, 3, kBlocks[i].stride, ActivationFunction::relu6);
    t = b.conv(name + "/pointwise", t, scaled(kBlocks[i].channels, width), 1, 1, Activation::relu6);
  }
  t = b.mean_and_classifier(t, classes);
  return std::move(b).finish(t);
}

}  // namespace h4h::workloads
