#include "workloads/blocks/block_builder.hpp"

#include <fmt/format.h>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {

TensorId BlockBuilder::add(const std::string& name, const Op& op,
                           const std::vector<TensorId>& inputs) {
  const TensorId out = net_.add(name, op, inputs);
  net_.last_layer().block = block_;
  return out;
}

TensorId BlockBuilder::conv(const std::string& name, TensorId in, std::int64_t channels,
                            std::int64_t kernel, std::int64_t stride, Activation activation) {
  const Window window = same_window(net_.shape(in), kernel, stride);
  return add(name, Conv2d{channels, window, activation}, in);
}

TensorId BlockBuilder::conv(const std::string& name, TensorId in, std::int64_t channels,
                            std::int64_t kernel, std::int64_t stride, ActivationFunction function) {
  return activated(name, conv(name, in, channels, kernel, stride, fused_part(function)), function);
}

TensorId BlockBuilder::depthwise(const std::string& name, TensorId in, std::int64_t kernel,
                                 std::int64_t stride, ActivationFunction function) {
  const Window window = same_window(net_.shape(in), kernel, stride);
  return activated(name, add(name, DepthwiseConv2d{1, window, fused_part(function)}, in), function);
}

TensorId BlockBuilder::activated(const std::string& name, TensorId in,
                                 ActivationFunction function) {
  const std::optional<Op> layer = own_layer(function);
  return layer ? add(fmt::format("{}/{}", name, to_string(function)), *layer, in) : in;
}

TensorId BlockBuilder::sum(const std::string& name, TensorId a, TensorId b, Activation activation) {
  return add(name, Elementwise{ElementwiseKind::add, activation}, {a, b});
}

TensorId BlockBuilder::mean_and_classifier(TensorId in, std::int64_t classes) {
  begin(Block::head);
  const TensorId mean = add("mean", Mean{}, in);
  return add("classifier", Linear{classes, Activation::none}, mean);
}

Network BlockBuilder::finish(TensorId output) && {
  net_.output(output);
  return std::move(net_).build();
}

void check_parameter(const std::string& network, const std::string& parameter, double value,
                     double low, double high) {
  if (value >= low && value <= high) return;
  throw NetworkError(
      fmt::format("{}: {} must be {}..{}, not {}", network, parameter, low, high, value));
}

}  // namespace h4h::workloads
