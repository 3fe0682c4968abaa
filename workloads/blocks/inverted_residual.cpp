#include "workloads/blocks/inverted_residual.hpp"

namespace h4h::workloads {

TensorId inverted_residual(BlockBuilder& b, const std::string& name, TensorId in,
                           std::int64_t expanded, std::int64_t channels, std::int64_t stride,
                           InputSum sum) {
  b.begin(Block::mbconv);
  const std::int64_t in_channels = b.shape(in).channels;
  TensorId t = in;
  if (expanded != in_channels) {
    t = b.conv(name + "/expand", t, expanded, 1, 1, Activation::relu6);
  }
  t = b.depthwise(name + "/depthwise", t, stride, Activation::relu6);
  t = b.conv(name + "/project", t, channels, 1, 1, Activation::none);
  if (sum == InputSum::none || stride != 1 || channels != in_channels) return t;
  return b.sum(name + "/add", t, in, Activation::none);
}

}  // namespace h4h::workloads
