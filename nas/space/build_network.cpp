#include <fmt/format.h>

#include <cmath>

#include "nas/space/space.hpp"
#include "workloads/blocks/basic_block.hpp"
#include "workloads/blocks/inverted_residual.hpp"
#include "workloads/blocks/mb_pool.hpp"
#include "workloads/blocks/vit_block.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::nas {
namespace {

using workloads::BlockBuilder;
using workloads::Shortcut;
using workloads::TensorId;

struct Values {
  std::int64_t width, depth;
  double expansion;
};

std::int64_t times(std::int64_t channels, double factor) {
  return std::llround(static_cast<double>(channels) * factor);
}

TensorId stem(BlockBuilder& b, const Stage& stage, const Values& values, TensorId in) {
  b.begin(workloads::Block::stem);
  return b.conv(stage.name, in, values.width, 3, stage.stride, workloads::Activation::relu6);
}

// Layer `i` of a stage, from 1.
TensorId layer(BlockBuilder& b, const Stage& stage, const Values& values, std::int64_t i,
               TensorId in) {
  const std::string name = fmt::format("{}.{}", stage.name, i);
  const std::int64_t stride = i == 1 ? stage.stride : 1;
  const std::int64_t expanded = times(b.shape(in).channels, values.expansion);
  if (stage.kind == StageKind::mbconv) {
    return inverted_residual(b, name, in, expanded, values.width, stride);
  }
  if (stage.kind == StageKind::vit) return vit_block(b, name, in, values.width, expanded);
  // Always a convolution beside the first, so that the layer is there whatever widths are chosen.
  return basic_block(b, name, in, values.width, stride, workloads::same_window,
                     i == 1 ? Shortcut::convolution : Shortcut::where_needed);
}

}  // namespace

workloads::Network Space::network(const Genotype& given) const {
  const Genotype genotype = canonical(given);
  BlockBuilder b(fmt::format("{}_{}", name_, resolution(genotype)));
  TensorId t = b.image(resolution(genotype), resolution(genotype), input_channels_);
  bool closed = false;
  for (const Stage& stage : stages_) {
    const Values values{whole(genotype, stage.width), whole(genotype, stage.depth),
                        value(genotype, stage.expansion)};
    if (stage.kind == StageKind::conv) {
      t = stem(b, stage, values, t);
    } else if (stage.kind == StageKind::mbpool) {
      const std::int64_t expanded = times(b.shape(t).channels, values.expansion);
      t = mb_pool(b, stage.name, t, expanded, values.width, classes_);
      closed = true;
    } else {
      for (std::int64_t i = 1; i <= values.depth; ++i) t = layer(b, stage, values, i, t);
    }
  }
  if (!closed) t = b.mean_and_classifier(t, classes_);
  return std::move(b).finish(t);
}

}  // namespace h4h::nas
