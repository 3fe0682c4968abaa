#include "nas/export/run_graph.hpp"

#include <algorithm>

#include "nas/supernet/functions.hpp"

namespace h4h::nas {
namespace {

using Tensors = std::vector<torch::Tensor>;
using workloads::Activation;

torch::Tensor tensor_of(const Array& array) {
  return torch::from_blob(const_cast<float*>(array.values.data()),  // NOLINT: it is copied
                          array.sizes, torch::kFloat)
      .clone();
}

struct ConstantsOf {
  ValueKind kind;  // of the output

  Tensors operator()(const Convolution& op) const {
    // As training has them: faster.
    return {tensor_of(op.weight).contiguous(torch::MemoryFormat::ChannelsLast), tensor_of(op.bias)};
  }
  Tensors operator()(const FullyConnected& op) const {
    return {tensor_of(op.weight), tensor_of(op.bias)};
  }
  Tensors operator()(const Binary& op) const {
    if (!op.constant) return {};
    const torch::Tensor constant = tensor_of(*op.constant);
    return {kind == ValueKind::map ? constant.view({1, -1, 1, 1}) : constant.unsqueeze(0)};
  }
  template <typename Op>
  Tensors operator()(const Op&) const {
    return {};
  }
};

// In place: `x` is new.
torch::Tensor activated(torch::Tensor x, Activation activation) {
  if (activation == Activation::none) return x;
  return activation == Activation::relu ? x.relu_() : x.clamp_(0, 6);
}

// Padding that differs between two sides is added ahead of the operator.
torch::Tensor padded(const torch::Tensor& x, const workloads::Padding& p) {
  if (p.top == p.bottom && p.left == p.right) return x;
  return torch::constant_pad_nd(x, {p.left, p.right, p.top, p.bottom}, 0);
}

// A value in LibTorch: maps [batch, channels, height, width], heads [batch, heads, rows, columns],
// vectors [batch, channels].
struct Step {
  const Tensors& in;
  const Tensors& constants;
  const Value& made;

  torch::Tensor operator()(const Convolution& op) const {
    const workloads::Window& w = op.window;
    const workloads::Padding& p = w.padding;
    const torch::Tensor input = padded(in[0], p);
    const std::vector<std::int64_t> rest =
        input.is_same(in[0]) ? std::vector{p.top, p.left} : std::vector<std::int64_t>{0, 0};
    return activated(
        torch::conv2d(input, constants[0], constants[1], {w.stride_height, w.stride_width}, rest,
                      {w.dilation_height, w.dilation_width}, op.is_depthwise ? in[0].size(1) : 1),
        op.activation);
  }
  torch::Tensor operator()(const FullyConnected& op) const {
    return activated(torch::linear(in[0], constants[0], constants[1]), op.activation);
  }
  torch::Tensor operator()(const PixelMean&) const { return in[0].mean({2, 3}); }
  torch::Tensor operator()(const ChannelMean&) const { return in[0].mean({1}, true); }
  torch::Tensor operator()(const AveragePool& op) const { return average_pool(in[0], op.window); }
  torch::Tensor operator()(const Function& op) const {
    switch (op.kind) {
      case FunctionKind::hard_swish:
        return hard_swish(in[0]);
      case FunctionKind::logistic:
        return in[0].sigmoid();
      case FunctionKind::gelu:
        return torch::gelu(in[0]);
    }
    return {};
  }
  torch::Tensor second_operand() const {
    if (!constants.empty()) return constants[0];
    const bool by_channel = in[0].dim() == 4 && in[1].dim() == 2;
    return by_channel ? in[1].unsqueeze(2).unsqueeze(3) : in[1];
  }
  torch::Tensor operator()(const Binary& op) const {
    const torch::Tensor other = second_operand();
    switch (op.kind) {
      case Arithmetic::add:
        return activated(in[0] + other, op.activation);
      case Arithmetic::subtract:
        return activated(in[0] - other, op.activation);
      case Arithmetic::multiply:
        return activated(in[0] * other, op.activation);
    }
    return {};
  }
  torch::Tensor operator()(const InverseRoot&) const { return in[0].rsqrt(); }
  torch::Tensor operator()(const SplitHeads& op) const {
    const std::int64_t width = made.sizes[op.is_turned ? 1 : 2];
    const torch::Tensor turned = in[0].reshape({in[0].size(0), made.sizes[0], width, -1});
    return op.is_turned ? turned : turned.transpose(2, 3);
  }
  torch::Tensor operator()(const MergeHeads&) const {
    return in[0].transpose(2, 3).reshape(
        {in[0].size(0), made.sizes[2], made.sizes[0], made.sizes[1]});
  }
  torch::Tensor operator()(const Product&) const { return torch::matmul(in[0], in[1]); }
  torch::Tensor operator()(const RowSoftmax&) const { return in[0].softmax(3); }
};

}  // namespace

GraphRunner::GraphRunner(const Graph& graph) : graph_(graph) {
  for (const GraphNode& node : graph.nodes) {
    constants_.push_back(std::visit(ConstantsOf{graph.values.at(node.output).kind}, node.op));
  }
}

// `seen(id, tensor)` may replace what a value is.
template <typename Seen>
torch::Tensor GraphRunner::walk(const torch::Tensor& images, Seen seen) const {
  const torch::NoGradGuard no_gradients;
  Tensors values(graph_.values.size());
  values.at(graph_.input) =
      seen(graph_.input, images.contiguous(torch::MemoryFormat::ChannelsLast));
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    const GraphNode& node = graph_.nodes[i];
    Tensors in;
    for (const ValueId id : node.inputs) in.push_back(values.at(id));
    values.at(node.output) = seen(
        node.output, std::visit(Step{in, constants_[i], graph_.values.at(node.output)}, node.op));
  }
  return values.at(graph_.output);
}

torch::Tensor GraphRunner::run(const torch::Tensor& images) const {
  return walk(images, [](ValueId, const torch::Tensor& made) { return made; });
}

torch::Tensor GraphRunner::run(const torch::Tensor& images, std::vector<ValueRange>& ranges) const {
  return walk(images, [&](ValueId id, const torch::Tensor& made) {
    ValueRange& range = ranges.at(id);
    const auto [low, high] = torch::aminmax(made);
    range.low = std::min(range.low, low.item<float>());
    range.high = std::max(range.high, high.item<float>());
    return made;
  });
}

torch::Tensor GraphRunner::run(const torch::Tensor& images,
                               const std::vector<Affine>& values) const {
  return walk(images, [&](ValueId id, const torch::Tensor& made) {
    const Affine& affine = values.at(id);
    return made.div(affine.scale)
        .round_()
        .clamp_(-128 - affine.zero_point, 127 - affine.zero_point)
        .mul_(affine.scale);
  });
}

}  // namespace h4h::nas
