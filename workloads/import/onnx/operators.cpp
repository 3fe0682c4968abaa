#include "workloads/import/onnx/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "workloads/import/fold/array.hpp"
#include "workloads/import/onnx/folding.hpp"

namespace h4h::workloads::onnx {
namespace {

template <ElementwiseKind kind>
void elementwise(Operator& op) {
  import_elementwise(op, kind);
}

template <Activation function>
void activation(Operator& op) {
  import_map(op, Activate{function});
}

template <UnaryKind function>
void unary(Operator& op) {
  import_map(op, Unary{function});
}

template <ReduceKind kind>
void reduce(Operator& op) {
  import_reduce(op, kind);
}

template <UnaryKind of_each, UnaryKind of_sum>
void reduce_of(Operator& op) {
  import_reduce_of(op, of_each, of_sum);
}

template <ElementwiseKind kind>
void quantized_elementwise(Operator& op) {
  import_quantized_elementwise(op, kind);
}

template <SoftmaxKind kind>
void softmax(Operator& op) {
  import_softmax(op, kind);
}

template <ArgKind kind>
void arg(Operator& op) {
  import_arg(op, kind);
}

void leaky_relu(Operator& op) { import_map(op, LeakyRelu{}); }

// What each operator of a file is here; one that is missing has no layer.
struct Importer {
  std::string_view op;
  void (*import)(Operator& op);
  std::string_view layers;  // as in OperatorLayers
};

constexpr std::array kImporters{
    Importer{"Abs", unary<UnaryKind::abs>, "abs"},
    Importer{"Add", elementwise<ElementwiseKind::add>, "add"},
    Importer{"ArgMax", arg<ArgKind::max>, "arg_max"},
    Importer{"ArgMin", arg<ArgKind::min>, "arg_min"},
    Importer{"AveragePool", import_average_pool, "average_pool"},
    Importer{"BatchNormalization", import_batch_norm, "mul, add"},
    Importer{"Cast", import_same, ""},
    Importer{"CastLike", import_same, ""},
    Importer{"Ceil", unary<UnaryKind::ceil>, "ceil"},
    Importer{"Celu", unary<UnaryKind::elu>, "elu"},
    Importer{"Clip", import_clip, "relu, relu6, relu_n1_to_1"},
    Importer{"Concat", import_concat, "concat"},
    Importer{"Conv", import_conv, "conv, depthwise"},
    Importer{"ConvInteger", import_conv, "conv, depthwise"},
    Importer{"ConvTranspose", import_transpose_conv, "transpose_conv"},
    Importer{"Cos", unary<UnaryKind::cos>, "cos"},
    Importer{"DepthToSpace", import_depth_to_space, "depth_to_space"},
    Importer{"DequantizeLinear", import_same, ""},
    Importer{"Div", elementwise<ElementwiseKind::div>, "div"},
    Importer{"Dropout", import_same, ""},
    Importer{"DynamicQuantizeLinear", import_dynamic_quantize, ""},
    Importer{"Einsum", import_einsum, "linear, matmul"},
    Importer{"Elu", unary<UnaryKind::elu>, "elu"},
    Importer{"Erf", unary<UnaryKind::erf>, "erf"},
    Importer{"Exp", unary<UnaryKind::exp>, "exp"},
    Importer{"Expand", import_expand, "tile"},
    Importer{"Flatten", import_reshape, "reshape"},
    Importer{"Floor", unary<UnaryKind::floor>, "floor"},
    Importer{"Gather", import_gather, "slice, gather"},
    Importer{"Gelu", unary<UnaryKind::gelu>, "gelu"},
    Importer{"Gemm", import_gemm, "linear, matmul"},
    Importer{"GlobalAveragePool", import_global_average_pool, "mean"},
    Importer{"GlobalMaxPool", import_global_max_pool, "reduce_max"},
    Importer{"GroupNormalization", import_group_norm, "group_norm"},
    Importer{"HardSigmoid", unary<UnaryKind::hard_sigmoid>, "hard_sigmoid"},
    Importer{"HardSwish", activation<Activation::hard_swish>, "hard_swish"},
    Importer{"Identity", import_same, ""},
    Importer{"InstanceNormalization", import_instance_norm, "group_norm"},
    Importer{"LayerNormalization", import_layer_norm, "layer_norm"},
    Importer{"LSTM", import_lstm, "lstm"},
    Importer{"LeakyRelu", leaky_relu, "leaky_relu"},
    Importer{"Log", unary<UnaryKind::log>, "log"},
    Importer{"LogSoftmax", softmax<SoftmaxKind::log_softmax>, "log_softmax"},
    Importer{"LpNormalization", import_l2_norm, "l2_norm"},
    Importer{"MatMul", import_matmul, "linear, matmul"},
    Importer{"MatMulInteger", import_matmul, "linear, matmul"},
    Importer{"Max", elementwise<ElementwiseKind::maximum>, "maximum"},
    Importer{"MaxPool", import_max_pool, "max_pool"},
    Importer{"Mean", elementwise<ElementwiseKind::add>, "add"},
    Importer{"Min", elementwise<ElementwiseKind::minimum>, "minimum"},
    Importer{"Mish", unary<UnaryKind::mish>, "mish"},
    Importer{"Mul", elementwise<ElementwiseKind::mul>, "mul"},
    Importer{"Neg", unary<UnaryKind::neg>, "neg"},
    Importer{"PRelu", activation<Activation::prelu>, "prelu"},
    Importer{"Pad", import_pad, "pad"},
    Importer{"Pow", import_power, "square, sqrt, rsqrt, reciprocal, lookup"},
    Importer{"QLinearConv", import_quantized_conv, "conv, depthwise"},
    Importer{"QLinearMatMul", import_quantized_matmul, "linear, matmul"},
    Importer{"QuantizeLinear", import_same, ""},
    Importer{"Reciprocal", unary<UnaryKind::reciprocal>, "reciprocal"},
    Importer{"ReduceL1", reduce_of<UnaryKind::abs, UnaryKind::lookup>, "abs, reduce_sum, lookup"},
    Importer{"ReduceL2", reduce_of<UnaryKind::square, UnaryKind::sqrt>, "square, reduce_sum, sqrt"},
    Importer{"ReduceLogSumExp", reduce_of<UnaryKind::exp, UnaryKind::log>, "exp, reduce_sum, log"},
    Importer{"ReduceMax", reduce<ReduceKind::max>, "reduce_max"},
    Importer{"ReduceMean", import_mean, "mean"},
    Importer{"ReduceMin", reduce<ReduceKind::min>, "reduce_min"},
    Importer{"ReduceProd", reduce<ReduceKind::prod>, "reduce_prod"},
    Importer{"ReduceSum", reduce<ReduceKind::sum>, "reduce_sum"},
    Importer{"ReduceSumSquare", reduce_of<UnaryKind::square, UnaryKind::lookup>,
             "square, reduce_sum, lookup"},
    Importer{"Relu", activation<Activation::relu>, "relu"},
    Importer{"Reshape", import_reshape, "reshape"},
    Importer{"Resize", import_resize, "resize_nearest, resize_bilinear"},
    Importer{"Round", unary<UnaryKind::round>, "round"},
    Importer{"Selu", unary<UnaryKind::selu>, "selu"},
    Importer{"Sigmoid", activation<Activation::logistic>, "logistic"},
    Importer{"Sign", unary<UnaryKind::sign>, "sign"},
    Importer{"Sin", unary<UnaryKind::sin>, "sin"},
    Importer{"Slice", import_slice, "slice"},
    Importer{"Softmax", softmax<SoftmaxKind::softmax>, "softmax"},
    Importer{"Softplus", unary<UnaryKind::softplus>, "softplus"},
    Importer{"Softsign", unary<UnaryKind::softsign>, "softsign"},
    Importer{"SpaceToDepth", import_space_to_depth, "space_to_depth"},
    Importer{"Split", import_split, "slice"},
    Importer{"Sqrt", unary<UnaryKind::sqrt>, "sqrt"},
    Importer{"Squeeze", import_reshape, "reshape"},
    Importer{"Sub", elementwise<ElementwiseKind::sub>, "sub"},
    Importer{"Sum", elementwise<ElementwiseKind::add>, "add"},
    Importer{"Tanh", activation<Activation::tanh>, "tanh"},
    Importer{"ThresholdedRelu", unary<UnaryKind::lookup>, "lookup"},
    Importer{"Tile", import_tile, "tile, concat"},
    Importer{"Transpose", import_transpose, "transpose"},
    Importer{"Unsqueeze", import_reshape, "reshape"},
    Importer{"Upsample", import_resize, "resize_nearest, resize_bilinear"},
    Importer{"Where", import_where, "add"},
    // What ONNX Runtime writes.
    Importer{"SimplifiedLayerNormalization", import_rms_norm, "rms_norm"},
    Importer{"com.microsoft.FastGelu", unary<UnaryKind::gelu>, "gelu"},
    Importer{"com.microsoft.FusedConv", import_conv, "conv, depthwise"},
    Importer{"com.microsoft.FusedMatMul", import_gemm, "linear, matmul"},
    Importer{"com.microsoft.Gelu", unary<UnaryKind::gelu>, "gelu"},
    Importer{"com.microsoft.QGemm", import_quantized_gemm, "linear, matmul"},
    Importer{"com.microsoft.QLinearAdd", quantized_elementwise<ElementwiseKind::add>, "add"},
    Importer{"com.microsoft.QLinearAveragePool", import_average_pool, "average_pool"},
    Importer{"com.microsoft.QLinearConcat", import_quantized_concat, "concat"},
    Importer{"com.microsoft.QLinearGlobalAveragePool", import_global_average_pool, "mean"},
    Importer{"com.microsoft.QLinearLeakyRelu", leaky_relu, "leaky_relu"},
    Importer{"com.microsoft.QLinearMul", quantized_elementwise<ElementwiseKind::mul>, "mul"},
    Importer{"com.microsoft.QLinearSigmoid", activation<Activation::logistic>, "logistic"},
    Importer{"com.microsoft.QuickGelu", unary<UnaryKind::gelu>, "gelu"},
    Importer{"com.microsoft.SkipLayerNormalization", import_skip_layer_norm, "add, layer_norm"},
};

}  // namespace

void import_operator(Operator& op) {
  if (fold_operator(op)) return;
  for (const Importer& importer : kImporters) {
    if (importer.op == op.node().op) return importer.import(op);
  }
  throw NotMapped("operator not supported");
}

std::vector<OperatorLayers> operators_read() {
  std::vector<OperatorLayers> all;
  for (const Importer& importer : kImporters) {
    all.push_back({std::string(importer.op), importer.layers});
  }
  const auto has_layers = [](std::string_view op) {
    return std::any_of(kImporters.begin(), kImporters.end(),
                       [&](const Importer& importer) { return importer.op == op; });
  };
  for (const std::string_view op : folded_operators()) {
    if (!has_layers(op)) all.push_back({std::string(op), ""});
  }
  return all;
}

}  // namespace h4h::workloads::onnx
