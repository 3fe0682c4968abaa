#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/tflite/layers.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads::tflite {
namespace {

template <ElementwiseKind kind>
void elementwise(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  std::vector<std::int32_t> operands{graph.operand(op, 0), graph.operand(op, 1)};
  if (graph.is_constant(operands[0])) std::swap(operands[0], operands[1]);
  const Activation activation = op.options ? fused_activation(op, 0) : Activation::none;
  const NdTensor first = graph.feature(operands[0]);
  graph.finish(
      index, op,
      graph.is_constant(operands[1])
          ? graph.nd().elementwise(kind, first, dims_of(graph.file_tensor(operands[1])), activation)
          : graph.nd().elementwise(kind, first, graph.feature(operands[1]), activation));
}

void add_many(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  NdTensor sum = graph.feature(graph.operand(op, 0));
  for (std::size_t i = 1; i < op.inputs.size(); ++i) {
    sum = graph.nd().elementwise(ElementwiseKind::add, sum, graph.feature(graph.operand(op, i)),
                                 Activation::none);
  }
  graph.finish(index, op, sum);
}

// An operator that maps every element of one feature map and needs nothing else of the file.
void map(ImportGraph& graph, std::size_t index, const FileOperator& op, const Op& layer) {
  graph.finish(index, op, graph.nd().map(graph.feature(graph.operand(op, 0)), layer));
}

template <Activation function>
void activate(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  map(graph, index, op, Activate{function});
}

template <UnaryKind kind>
void unary(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  map(graph, index, op, Unary{kind});
}

void leaky_relu(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  map(graph, index, op, LeakyRelu{});
}

// With a constant exponent the NPU's table has the powers.
void power(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::int32_t exponent = graph.operand(op, 1);
  if (!graph.is_constant(exponent) || elements(dims_of(graph.file_tensor(exponent))) != 1) {
    throw NotMapped("the exponent is not one constant");
  }
  map(graph, index, op, Unary{UnaryKind::lookup});
}

// Types in which feature maps exist only outside the NPU.
bool is_host_type(DataType type) {
  return type != DataType::int8 && type != DataType::uint8 && type != DataType::int16;
}

// Conversions at the edges of the network fold; between layers they are a pass.
void convert_type(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::int32_t input = graph.operand(op, 0), output = op.outputs.at(0);
  const bool to_host = is_host_type(data_type(graph.file_tensor(output)));
  const std::optional<NdTensor> in = graph.tensor(input);
  if (in && (to_host || is_host_type(data_type(graph.file_tensor(input))))) {
    graph.set_tensor(output, *in);
    graph.folded(index, op,
                 fmt::format("the host's data type of '{}'",
                             graph.file_tensor(to_host ? input : output).name));
    return;
  }
  map(graph, index, op, Activate{Activation::none});
}

template <PoolKind kind>
void pool(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  check_image(in);
  const Window w = window_of_options(op, NdGraph::image_shape(in, kNhwc),
                                     op.option<std::int32_t>(4), op.option<std::int32_t>(3), {});
  graph.finish(index, op, graph.nd().image(in, kNhwc, Pool2d{kind, w, fused_activation(op, 5)}));
}

template <ResizeKind kind>
void resize(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  check_image(in);
  const auto known = graph.numbers(graph.operand(op, 1));
  const std::optional<Dims> stated = graph.stated(op.outputs.at(0));
  const Dims size = known || !stated || stated->size() != 4 ? graph.values(graph.operand(op, 1))
                                                            : Dims{(*stated)[1], (*stated)[2]};
  if (size.size() != 2) throw NotMapped("a size needs a height and a width");
  check_side({size[0], size[1], 1});
  graph.finish(index, op, graph.nd().image(in, kNhwc, Resize{kind, size[0], size[1]}));
}

void depth_to_space(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  check_image(in);
  std::int64_t block = op.option<std::int32_t>(0);
  const std::optional<Dims> stated = graph.stated(op.outputs.at(0));
  if (block == 0 && stated && stated->size() == 4) block = (*stated)[1] / in.dims[1];
  graph.finish(index, op, graph.nd().image(in, kNhwc, DepthToSpace{block}));
}

void space_to_depth(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  check_image(in);
  graph.finish(index, op, graph.nd().image(in, kNhwc, SpaceToDepth{op.option<std::int32_t>(0)}));
}

void along_last(ImportGraph& graph, std::size_t index, const FileOperator& op, const Op& layer) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  if (in.dims.empty()) throw NotMapped("a single value has no channels");
  graph.finish(index, op, graph.nd().along(in, in.rank() - 1, layer));
}

template <SoftmaxKind kind>
void softmax(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  along_last(graph, index, op, Softmax{kind});
}

void l2_norm(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  along_last(graph, index, op, LayerNorm{NormKind::l2_norm});
}

void reduce(ImportGraph& graph, std::size_t index, const FileOperator& op,
            const NdGraph::Reduction& make) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<int> axes = axes_of(graph, graph.operand(op, 1), in.rank());
  const bool keep = graph.file_tensor(op.outputs.at(0)).shape.size() == in.dims.size();
  graph.finish(index, op, graph.nd().reduce(in, axes, keep, make));
}

void mean(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  reduce(graph, index, op, [](bool height, bool width, bool channels) {
    return Op(Mean{height, width, channels});
  });
}

template <ReduceKind kind>
void reduce_by(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  reduce(graph, index, op, [](bool height, bool width, bool channels) {
    return Op(Reduce{kind, height, width, channels});
  });
}

// Arm's compiler keeps the place of the greatest of more channels, and along other axes, off the
// NPU: it is a maximum of values that carry their place in seven bits.
constexpr std::int64_t kMaxArgChannels = 127;

template <ArgKind kind>
void arg(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<int> axes = axes_of(graph, graph.operand(op, 1), in.rank());
  if (axes.size() != 1) throw NotMapped("one axis is wanted");
  if (axes[0] + 1 != in.rank() || in.dims.back() > kMaxArgChannels) {
    throw NotMapped(fmt::format(
        "Arm's compiler leaves to the host what is not along 1..{} channels", kMaxArgChannels));
  }
  const bool keep = graph.file_tensor(op.outputs.at(0)).shape.size() == in.dims.size();
  graph.finish(index, op, graph.nd().arg(in, axes[0], keep, kind));
}

}  // namespace

Activation fused_activation(const FileOperator& op, int slot) {
  static constexpr std::array kFused{Activation::none, Activation::relu, Activation::relu_n1_to_1,
                                     Activation::relu6, Activation::tanh};
  const auto code = static_cast<std::size_t>(op.option<std::uint8_t>(slot));
  if (code >= kFused.size()) throw NotMapped(fmt::format("fused activation {}", code));
  return kFused.at(code);
}

Window window_of_options(const FileOperator& op, const Shape& input, std::int64_t kernel_height,
                         std::int64_t kernel_width, const Padding& folded, int dilation_slot) {
  if (!op.options) throw FormatError(op.name + " has no options");
  Window w{
      kernel_height, kernel_width, op.option<std::int32_t>(2), op.option<std::int32_t>(1), 1, 1,
      folded};
  if (dilation_slot >= 0) {
    w.dilation_width = op.option<std::int32_t>(dilation_slot, 1);
    w.dilation_height = op.option<std::int32_t>(dilation_slot + 1, 1);
  }
  const bool is_same = op.option<std::int8_t>(0) == 0;  // the schema: 0 SAME, 1 VALID
  if (is_same && w.stride_height > 0 && w.stride_width > 0) w.padding = same_padding(input, w);
  return w;
}

void check_image(const NdTensor& tensor) {
  if (tensor.rank() != 4) {
    throw NotMapped(fmt::format("{} is no batch of images", dims_text(tensor.dims)));
  }
}

std::vector<int> axes_of(const ImportGraph& graph, std::int32_t id, int rank) {
  std::vector<int> axes;
  for (const std::int64_t axis : graph.values(id)) axes.push_back(axis_of(axis, rank));
  return axes;
}

const std::vector<Importer>& element_importers() {
  static const std::vector<Importer> all{
      {BuiltinOperator::add, elementwise<ElementwiseKind::add>, "add"},
      {BuiltinOperator::sub, elementwise<ElementwiseKind::sub>, "sub"},
      {BuiltinOperator::mul, elementwise<ElementwiseKind::mul>, "mul"},
      {BuiltinOperator::div, elementwise<ElementwiseKind::div>, "div"},
      {BuiltinOperator::maximum, elementwise<ElementwiseKind::maximum>, "maximum"},
      {BuiltinOperator::minimum, elementwise<ElementwiseKind::minimum>, "minimum"},
      {BuiltinOperator::squared_difference, elementwise<ElementwiseKind::squared_difference>,
       "squared_difference"},
      {BuiltinOperator::add_n, add_many, "add"},
      {BuiltinOperator::pow, power, "lookup"},
      {BuiltinOperator::relu, activate<Activation::relu>, "relu"},
      {BuiltinOperator::relu6, activate<Activation::relu6>, "relu6"},
      {BuiltinOperator::relu_n1_to_1, activate<Activation::relu_n1_to_1>, "relu_n1_to_1"},
      {BuiltinOperator::tanh, activate<Activation::tanh>, "tanh"},
      {BuiltinOperator::logistic, activate<Activation::logistic>, "logistic"},
      {BuiltinOperator::hard_swish, activate<Activation::hard_swish>, "hard_swish"},
      {BuiltinOperator::prelu, activate<Activation::prelu>, "prelu"},
      {BuiltinOperator::leaky_relu, leaky_relu, "leaky_relu"},
      {BuiltinOperator::relu_0_to_1, unary<UnaryKind::lookup>, "lookup"},
      {BuiltinOperator::gelu, unary<UnaryKind::gelu>, "gelu"},
      {BuiltinOperator::elu, unary<UnaryKind::elu>, "elu"},
      {BuiltinOperator::abs, unary<UnaryKind::abs>, "abs"},
      {BuiltinOperator::neg, unary<UnaryKind::neg>, "neg"},
      {BuiltinOperator::sign, unary<UnaryKind::sign>, "sign"},
      {BuiltinOperator::floor, unary<UnaryKind::floor>, "floor"},
      {BuiltinOperator::ceil, unary<UnaryKind::ceil>, "ceil"},
      {BuiltinOperator::round, unary<UnaryKind::round>, "round"},
      {BuiltinOperator::square, unary<UnaryKind::square>, "square"},
      {BuiltinOperator::sqrt, unary<UnaryKind::sqrt>, "sqrt"},
      {BuiltinOperator::rsqrt, unary<UnaryKind::rsqrt>, "rsqrt"},
      {BuiltinOperator::exp, unary<UnaryKind::exp>, "exp"},
      {BuiltinOperator::log, unary<UnaryKind::log>, "log"},
      {BuiltinOperator::sin, unary<UnaryKind::sin>, "sin"},
      {BuiltinOperator::cos, unary<UnaryKind::cos>, "cos"},
      {BuiltinOperator::dequantize, convert_type, "requantize"},
      {BuiltinOperator::quantize, convert_type, "requantize"},
      {BuiltinOperator::cast, convert_type, "requantize"},
      {BuiltinOperator::fake_quant, convert_type, "requantize"},
      {BuiltinOperator::average_pool_2d, pool<PoolKind::average>, "average_pool"},
      {BuiltinOperator::max_pool_2d, pool<PoolKind::max>, "max_pool"},
      {BuiltinOperator::resize_bilinear, resize<ResizeKind::bilinear>, "resize_bilinear"},
      {BuiltinOperator::resize_nearest_neighbor, resize<ResizeKind::nearest>, "resize_nearest"},
      {BuiltinOperator::depth_to_space, depth_to_space, "depth_to_space"},
      {BuiltinOperator::space_to_depth, space_to_depth, "space_to_depth"},
      {BuiltinOperator::softmax, softmax<SoftmaxKind::softmax>, "softmax"},
      {BuiltinOperator::log_softmax, softmax<SoftmaxKind::log_softmax>, "log_softmax"},
      {BuiltinOperator::l2_normalization, l2_norm, "l2_norm"},
      {BuiltinOperator::mean, mean, "mean"},
      {BuiltinOperator::sum, reduce_by<ReduceKind::sum>, "reduce_sum"},
      {BuiltinOperator::reduce_max, reduce_by<ReduceKind::max>, "reduce_max"},
      {BuiltinOperator::reduce_min, reduce_by<ReduceKind::min>, "reduce_min"},
      {BuiltinOperator::reduce_prod, reduce_by<ReduceKind::prod>, "reduce_prod"},
      {BuiltinOperator::arg_max, arg<ArgKind::max>, "arg_max"},
      {BuiltinOperator::arg_min, arg<ArgKind::min>, "arg_min"},
  };
  return all;
}

}  // namespace h4h::workloads::tflite
