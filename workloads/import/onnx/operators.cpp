#include "workloads/import/onnx/operators.hpp"

#include <fmt/format.h>

#include <array>
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
};

constexpr std::array kImporters{
    Importer{"Abs", unary<UnaryKind::abs>},
    Importer{"Add", elementwise<ElementwiseKind::add>},
    Importer{"ArgMax", arg<ArgKind::max>},
    Importer{"ArgMin", arg<ArgKind::min>},
    Importer{"AveragePool", import_average_pool},
    Importer{"BatchNormalization", import_batch_norm},
    Importer{"Cast", import_same},
    Importer{"CastLike", import_same},
    Importer{"Ceil", unary<UnaryKind::ceil>},
    Importer{"Celu", unary<UnaryKind::elu>},
    Importer{"Clip", import_clip},
    Importer{"Concat", import_concat},
    Importer{"Conv", import_conv},
    Importer{"ConvInteger", import_conv},
    Importer{"ConvTranspose", import_transpose_conv},
    Importer{"Cos", unary<UnaryKind::cos>},
    Importer{"DepthToSpace", import_depth_to_space},
    Importer{"DequantizeLinear", import_same},
    Importer{"Div", elementwise<ElementwiseKind::div>},
    Importer{"Dropout", import_same},
    Importer{"DynamicQuantizeLinear", import_dynamic_quantize},
    Importer{"Einsum", import_einsum},
    Importer{"Elu", unary<UnaryKind::elu>},
    Importer{"Erf", unary<UnaryKind::erf>},
    Importer{"Exp", unary<UnaryKind::exp>},
    Importer{"Expand", import_expand},
    Importer{"Flatten", import_reshape},
    Importer{"Floor", unary<UnaryKind::floor>},
    Importer{"Gather", import_gather},
    Importer{"Gelu", unary<UnaryKind::gelu>},
    Importer{"Gemm", import_gemm},
    Importer{"GlobalAveragePool", import_global_average_pool},
    Importer{"GlobalMaxPool", import_global_max_pool},
    Importer{"GroupNormalization", import_group_norm},
    Importer{"HardSigmoid", unary<UnaryKind::hard_sigmoid>},
    Importer{"HardSwish", activation<Activation::hard_swish>},
    Importer{"Identity", import_same},
    Importer{"InstanceNormalization", import_instance_norm},
    Importer{"LayerNormalization", import_layer_norm},
    Importer{"LSTM", import_lstm},
    Importer{"LeakyRelu", leaky_relu},
    Importer{"Log", unary<UnaryKind::log>},
    Importer{"LogSoftmax", softmax<SoftmaxKind::log_softmax>},
    Importer{"LpNormalization", import_l2_norm},
    Importer{"MatMul", import_matmul},
    Importer{"MatMulInteger", import_matmul},
    Importer{"Max", elementwise<ElementwiseKind::maximum>},
    Importer{"MaxPool", import_max_pool},
    Importer{"Mean", elementwise<ElementwiseKind::add>},
    Importer{"Min", elementwise<ElementwiseKind::minimum>},
    Importer{"Mish", unary<UnaryKind::mish>},
    Importer{"Mul", elementwise<ElementwiseKind::mul>},
    Importer{"Neg", unary<UnaryKind::neg>},
    Importer{"PRelu", activation<Activation::prelu>},
    Importer{"Pad", import_pad},
    Importer{"Pow", import_power},
    Importer{"QLinearConv", import_quantized_conv},
    Importer{"QLinearMatMul", import_quantized_matmul},
    Importer{"QuantizeLinear", import_same},
    Importer{"Reciprocal", unary<UnaryKind::reciprocal>},
    Importer{"ReduceL1", reduce_of<UnaryKind::abs, UnaryKind::lookup>},
    Importer{"ReduceL2", reduce_of<UnaryKind::square, UnaryKind::sqrt>},
    Importer{"ReduceLogSumExp", reduce_of<UnaryKind::exp, UnaryKind::log>},
    Importer{"ReduceMax", reduce<ReduceKind::max>},
    Importer{"ReduceMean", import_mean},
    Importer{"ReduceMin", reduce<ReduceKind::min>},
    Importer{"ReduceProd", reduce<ReduceKind::prod>},
    Importer{"ReduceSum", reduce<ReduceKind::sum>},
    Importer{"ReduceSumSquare", reduce_of<UnaryKind::square, UnaryKind::lookup>},
    Importer{"Relu", activation<Activation::relu>},
    Importer{"Reshape", import_reshape},
    Importer{"Resize", import_resize},
    Importer{"Round", unary<UnaryKind::round>},
    Importer{"Selu", unary<UnaryKind::selu>},
    Importer{"Sigmoid", activation<Activation::logistic>},
    Importer{"Sign", unary<UnaryKind::sign>},
    Importer{"Sin", unary<UnaryKind::sin>},
    Importer{"Slice", import_slice},
    Importer{"Softmax", softmax<SoftmaxKind::softmax>},
    Importer{"Softplus", unary<UnaryKind::softplus>},
    Importer{"Softsign", unary<UnaryKind::softsign>},
    Importer{"SpaceToDepth", import_space_to_depth},
    Importer{"Split", import_split},
    Importer{"Sqrt", unary<UnaryKind::sqrt>},
    Importer{"Squeeze", import_reshape},
    Importer{"Sub", elementwise<ElementwiseKind::sub>},
    Importer{"Sum", elementwise<ElementwiseKind::add>},
    Importer{"Tanh", activation<Activation::tanh>},
    Importer{"ThresholdedRelu", unary<UnaryKind::lookup>},
    Importer{"Tile", import_tile},
    Importer{"Transpose", import_transpose},
    Importer{"Unsqueeze", import_reshape},
    Importer{"Upsample", import_resize},
    Importer{"Where", import_where},
    // What ONNX Runtime writes.
    Importer{"SimplifiedLayerNormalization", import_rms_norm},
    Importer{"com.microsoft.FastGelu", unary<UnaryKind::gelu>},
    Importer{"com.microsoft.FusedConv", import_conv},
    Importer{"com.microsoft.FusedMatMul", import_gemm},
    Importer{"com.microsoft.Gelu", unary<UnaryKind::gelu>},
    Importer{"com.microsoft.QGemm", import_quantized_gemm},
    Importer{"com.microsoft.QLinearAdd", quantized_elementwise<ElementwiseKind::add>},
    Importer{"com.microsoft.QLinearAveragePool", import_average_pool},
    Importer{"com.microsoft.QLinearConcat", import_quantized_concat},
    Importer{"com.microsoft.QLinearGlobalAveragePool", import_global_average_pool},
    Importer{"com.microsoft.QLinearLeakyRelu", leaky_relu},
    Importer{"com.microsoft.QLinearMul", quantized_elementwise<ElementwiseKind::mul>},
    Importer{"com.microsoft.QLinearSigmoid", activation<Activation::logistic>},
    Importer{"com.microsoft.QuickGelu", unary<UnaryKind::gelu>},
    Importer{"com.microsoft.SkipLayerNormalization", import_skip_layer_norm},
};

}  // namespace

void import_operator(Operator& op) {
  if (fold_operator(op)) return;
  for (const Importer& importer : kImporters) {
    if (importer.op == op.node().op) return importer.import(op);
  }
  throw NotMapped("operator not supported");
}

}  // namespace h4h::workloads::onnx
