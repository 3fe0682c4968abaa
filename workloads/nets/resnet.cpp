#include "workloads/nets/resnet.hpp"

#include <fmt/format.h>

#include <array>

#include "workloads/blocks/basic_block.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

struct Stage {
  std::int64_t channels, blocks, stride;
};

constexpr std::array<Stage, 4> kResNet18{{{64, 2, 1}, {128, 2, 2}, {256, 2, 2}, {512, 2, 2}}};
constexpr std::array<Stage, 3> kResNet8{{{16, 1, 1}, {32, 1, 2}, {64, 1, 2}}};

Window torch_window(const Shape&, std::int64_t kernel, std::int64_t stride) {
  const std::int64_t side = kernel / 2;
  return {kernel, kernel, stride, stride, 1, 1, {side, side, side, side}};
}

class ResNet {
 public:
  ResNet(BlockBuilder& b, WindowOf window) : b_(b), window_(window) {}

  TensorId conv(const std::string& name, TensorId in, std::int64_t channels, std::int64_t kernel,
                std::int64_t stride, Activation activation) {
    return b_.add(name, Conv2d{channels, window_(b_.shape(in), kernel, stride), activation}, in);
  }

  template <std::size_t N>
  TensorId stages(TensorId t, const std::array<Stage, N>& stages) {
    for (std::size_t s = 0; s < N; ++s) {
      for (std::int64_t i = 0; i < stages[s].blocks; ++i) {
        t = basic_block(b_, fmt::format("stage{}.{}", s + 1, i + 1), t, stages[s].channels,
                        i == 0 ? stages[s].stride : 1, window_, Shortcut::where_needed);
      }
    }
    return t;
  }

 private:
  BlockBuilder& b_;
  WindowOf window_;
};

}  // namespace

Network resnet18(std::int64_t resolution) {
  check_parameter("resnet18", "resolution", static_cast<double>(resolution), 32, 1024);
  BlockBuilder b(fmt::format("resnet18_{}", resolution));
  ResNet net(b, torch_window);
  TensorId t = b.image(resolution, resolution, 3);
  b.begin(Block::stem);
  t = net.conv("stem", t, 64, 7, 2, Activation::relu);
  t = b.add("max_pool", Pool2d{PoolKind::max, torch_window(b.shape(t), 3, 2), Activation::none}, t);
  t = b.mean_and_classifier(net.stages(t, kResNet18), 1000);
  return std::move(b).finish(t);
}

Network resnet8() {
  BlockBuilder b("resnet8");
  ResNet net(b, same_window);
  TensorId t = b.image(32, 32, 3);
  b.begin(Block::stem);
  t = net.conv("stem", t, 16, 3, 1, Activation::relu);
  t = net.stages(t, kResNet8);
  t = b.add("average_pool", Pool2d{PoolKind::average, {8, 8, 8, 8, 1, 1, {}}, Activation::none}, t);
  t = b.add("classifier", Linear{10, Activation::none}, t);
  t = b.add("softmax", Softmax{}, t);
  return std::move(b).finish(t);
}

}  // namespace h4h::workloads
