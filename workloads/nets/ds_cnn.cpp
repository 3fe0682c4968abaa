#include "workloads/nets/ds_cnn.hpp"

#include <fmt/format.h>

#include "workloads/blocks/block_builder.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {

Network ds_cnn_kws() {
  constexpr std::int64_t kChannels = 64, kBlocks = 4, kWords = 12;
  BlockBuilder b("ds_cnn_kws");
  TensorId t = b.image(49, 10, 1);
  Window stem{10, 4, 2, 2, 1, 1, {}};
  stem.padding = same_padding(b.shape(t), stem);
  t = b.add("stem", Conv2d{kChannels, stem, Activation::relu}, t);
  for (std::int64_t i = 1; i <= kBlocks; ++i) {
    const std::string name = fmt::format("block{}", i);
    t = b.depthwise(name + "/depthwise", t, 3, 1, ActivationFunction::relu);
    t = b.conv(name + "/pointwise", t, kChannels, 1, 1, Activation::relu);
  }
  t = b.add("average_pool", Pool2d{PoolKind::average, {25, 5, 25, 5, 1, 1, {}}, Activation::none},
            t);
  t = b.add("classifier", Linear{kWords, Activation::none}, t);
  t = b.add("softmax", Softmax{}, t);
  return std::move(b).finish(t);
}

}  // namespace h4h::workloads
