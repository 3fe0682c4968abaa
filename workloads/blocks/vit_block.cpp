#include "workloads/blocks/vit_block.hpp"

#include <fmt/format.h>

namespace h4h::workloads {
namespace {

// The same linear layer for every token.
TensorId linear(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t channels,
                Activation activation) {
  return b.conv(name, in, channels, 1, 1, activation);
}

}  // namespace

TensorId vit_block(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t width,
                   std::int64_t hidden, ActivationFunction function) {
  if (width < 1 || width % kHeadChannels != 0) {
    throw NetworkError(fmt::format("{}: width {} is not a multiple of the heads' {} channels", name,
                                   width, kHeadChannels));
  }
  b.begin(Block::vit);
  const std::int64_t channels = b.shape(in).channels;
  TensorId t = b.add(name + "/norm1", LayerNorm{}, in);
  const TensorId query = linear(b, name + "/query", t, width, Activation::none);
  const TensorId key = linear(b, name + "/key", t, width, Activation::none);
  const TensorId value = linear(b, name + "/value", t, width, Activation::none);
  t = b.add(name + "/attention", Attention{width / kHeadChannels}, {query, key, value});
  t = linear(b, name + "/project", t, channels, Activation::none);
  const TensorId attended = b.sum(name + "/add1", t, in, Activation::none);
  t = b.add(name + "/norm2", LayerNorm{}, attended);
  t = b.conv(name + "/mlp1", t, hidden, 1, 1, function);
  t = linear(b, name + "/mlp2", t, channels, Activation::none);
  return b.sum(name + "/add2", t, attended, Activation::none);
}

}  // namespace h4h::workloads
