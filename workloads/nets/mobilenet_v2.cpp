#include "workloads/nets/mobilenet_v2.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/ir/same_padding.hpp"

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

class Builder {
 public:
  explicit Builder(const std::string& name) : net_(name) {}

  TensorId conv(const std::string& name, TensorId in, std::int64_t channels, std::int64_t kernel,
                std::int64_t stride, Activation activation) {
    const Window window = same_window(net_.shape(in), kernel, stride);
    return net_.add(name, Conv2d{channels, window, activation}, {in});
  }

  TensorId inverted_residual(const std::string& name, TensorId in, std::int64_t expansion,
                             std::int64_t channels, std::int64_t stride) {
    const std::int64_t in_channels = net_.shape(in).channels;
    TensorId t = in;
    if (expansion > 1) {
      t = conv(name + "/expand", t, in_channels * expansion, 1, 1, Activation::relu6);
    }
    const Window window = same_window(net_.shape(t), 3, stride);
    t = net_.add(name + "/depthwise", DepthwiseConv2d{1, window, Activation::relu6}, {t});
    t = conv(name + "/project", t, channels, 1, 1, Activation::none);
    if (stride != 1 || channels != in_channels) return t;
    return net_.add(name + "/add", Elementwise{ElementwiseKind::add, Activation::none}, {t, in});
  }

  NetworkBuilder& net() { return net_; }

 private:
  NetworkBuilder net_;
};

}  // namespace

Network mobilenet_v2(double width, std::int64_t resolution) {
  if (!(width >= 0.1 && width <= 4.0) || resolution < 32 || resolution > 1024) {
    throw NetworkError(
        fmt::format("mobilenet_v2: width {} must be in 0.1..4 and resolution {} in 32..1024", width,
                    resolution));
  }
  Builder b(fmt::format("mobilenet_v2_{}_{}", width, resolution));
  TensorId t = b.net().input("image", {resolution, resolution, 3});
  t = b.conv("stem", t, scaled(32, width), 3, 2, Activation::relu6);
  for (std::size_t s = 0; s < kStages.size(); ++s) {
    const Stage& stage = kStages[s];
    for (std::int64_t i = 0; i < stage.blocks; ++i) {
      t = b.inverted_residual(fmt::format("stage{}.{}", s + 1, i + 1), t, stage.expansion,
                              scaled(stage.channels, width), i == 0 ? stage.stride : 1);
    }
  }
  t = b.conv("head", t, width > 1.0 ? scaled(1280, width) : 1280, 1, 1, Activation::relu6);
  t = b.net().add("mean", Mean{}, {t});
  t = b.net().add("classifier", Linear{1000, Activation::none}, {t});
  b.net().output(t);
  return std::move(b.net()).build();
}

}  // namespace h4h::workloads
