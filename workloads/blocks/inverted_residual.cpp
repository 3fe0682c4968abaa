#include "workloads/blocks/inverted_residual.hpp"

#include "workloads/blocks/squeeze_excitation.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

TensorId projected(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t channels,
                   std::int64_t stride) {
  TensorId t = in;
  if (stride > 1) {
    const Window window = same_window(b.shape(in), stride, stride);
    t = b.add(name + "/shortcut_pool", Pool2d{PoolKind::average, window, Activation::none}, t);
  }
  return b.conv(name + "/shortcut", t, channels, 1, 1, Activation::none);
}

}  // namespace

TensorId inverted_residual(BlockBuilder& b, const std::string& name, TensorId in,
                           std::int64_t expanded, std::int64_t channels, std::int64_t stride,
                           const InvertedResidualOptions& options) {
  b.begin(Block::mbconv);
  const std::int64_t in_channels = b.shape(in).channels;
  TensorId t = in;
  if (expanded != in_channels) t = b.conv(name + "/expand", t, expanded, 1, 1, options.function);
  t = b.depthwise(name + "/depthwise", t, options.kernel, stride, options.function);
  if (options.squeeze) t = squeeze_excitation(b, name + "/se", t);
  t = b.conv(name + "/project", t, channels, 1, 1, Activation::none);
  switch (options.sum) {
    case InputSum::none:
      return t;
    case InputSum::projected:
      return b.sum(name + "/add", t, projected(b, name, in, channels, stride), Activation::none);
    case InputSum::where_possible:
      break;
  }
  if (stride != 1 || channels != in_channels) return t;
  return b.sum(name + "/add", t, in, Activation::none);
}

}  // namespace h4h::workloads
