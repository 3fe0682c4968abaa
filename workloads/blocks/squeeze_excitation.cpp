#include "workloads/blocks/squeeze_excitation.hpp"

#include <algorithm>

namespace h4h::workloads {

std::int64_t squeezed_channels(std::int64_t channels) {
  constexpr std::int64_t kUnit = 8;
  const std::int64_t quarter = channels / 4;
  const std::int64_t rounded = std::max(kUnit, (quarter + kUnit / 2) / kUnit * kUnit);
  return 10 * rounded < 9 * quarter ? rounded + kUnit : rounded;
}

TensorId squeeze_excitation(BlockBuilder& b, const std::string& name, TensorId in) {
  const std::int64_t channels = b.shape(in).channels;
  TensorId t = b.add(name + "/mean", Mean{}, in);
  t = b.add(name + "/reduce", Linear{squeezed_channels(channels), Activation::relu}, t);
  t = b.add(name + "/restore", Linear{channels, Activation::none}, t);
  t = b.add(name + "/gate", Unary{UnaryKind::hard_sigmoid}, t);
  return b.add(name + "/scale", Elementwise{ElementwiseKind::mul, Activation::none}, {in, t});
}

}  // namespace h4h::workloads
