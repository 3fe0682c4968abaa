#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "workloads/import/onnx/operators.hpp"

// Functions of each element.
namespace h4h::workloads::onnx {
namespace {

// Whether a constant has one value for each place along `axis` of a tensor of `rank` axes.
bool is_along(const Dims& constant, int axis, int rank) {
  const int offset = rank - static_cast<int>(constant.size());
  if (offset < 0) return false;
  for (std::size_t i = 0; i < constant.size(); ++i) {
    if (constant[i] != 1 && static_cast<int>(i) + offset != axis) return false;
  }
  return true;
}

// What a constant for each channel does to the output of a layer with weights is a part of them,
// where nothing else reads that output.
bool joins_weights(const Operator& op, std::size_t input, const Dims& constant) {
  const std::optional<int> channels = op.graph().weighted(op.name(input));
  return channels && op.graph().uses(op.name(input)) == 1 &&
         is_along(constant, *channels, op.feature(input).rank());
}

void join_weights(const Operator& op, std::size_t input) {
  const int channels = op.graph().weighted(op.name(input)).value_or(0);
  op.fold(op.feature(input), fmt::format("weights of the layer that makes '{}'", op.name(input)));
  op.graph().set_weighted(op.node().outputs.at(0), channels);
}

NdTensor combined(Operator& op, ElementwiseKind kind, const NdTensor& a, std::size_t second) {
  if (op.is_constant(second)) {
    return op.nd().elementwise(kind, a, op.dims(second), Activation::none);
  }
  return op.nd().elementwise(kind, a, op.feature(second), Activation::none);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Ends of a clip: attributes before operator set 11, inputs from then on.
double bound(const Operator& op, std::size_t input, std::string_view key, double otherwise) {
  if (op.attribute(key) != nullptr) return op.real(key, otherwise);
  if (!op.has(input)) return otherwise;
  const std::optional<double> value = op.scalar(input);
  // The bounds of a clamp do not change its cost.
  return value ? *value : 0.5;
}

}  // namespace

void import_elementwise(Operator& op, ElementwiseKind kind) {
  if (op.inputs() == 1) return op.fold(op.feature(0), "its input: there is only one");
  std::size_t first = op.is_constant(0) ? 1 : 0;  // the one that is added to
  const std::size_t second = 1 - first;
  const bool is_linear = kind == ElementwiseKind::add || kind == ElementwiseKind::mul ||
                         kind == ElementwiseKind::sub ||
                         (kind == ElementwiseKind::div && first == 0);
  if (op.inputs() == 2 && is_linear && op.is_constant(second) &&
      joins_weights(op, first, op.dims(second))) {
    return join_weights(op, first);
  }
  NdTensor out = combined(op, kind, op.feature(first), second);
  for (std::size_t i = 2; i < op.inputs(); ++i) out = combined(op, kind, out, i);
  op.make(out);
}

void import_power(Operator& op) {
  const std::optional<double> exponent = op.scalar(1);
  if (!exponent) throw NotMapped("the exponent is not one number that is known");
  UnaryKind kind = UnaryKind::lookup;
  if (*exponent == 1) return op.fold(op.feature(0), "its input: the exponent is 1");
  if (*exponent == 2) kind = UnaryKind::square;
  if (*exponent == 0.5) kind = UnaryKind::sqrt;
  if (*exponent == -0.5) kind = UnaryKind::rsqrt;
  if (*exponent == -1) kind = UnaryKind::reciprocal;
  op.make(op.nd().map(op.feature(0), Unary{kind}));
}

void import_map(Operator& op, const Op& function) { op.make(op.nd().map(op.feature(0), function)); }

void import_clip(Operator& op) {
  const double low = bound(op, 1, "min", -kInfinity), high = bound(op, 2, "max", kInfinity);
  constexpr double kFar = 1e30;  // ends that clip nothing
  if (low < -kFar && high > kFar) return op.fold(op.feature(0), "its input: no bounds");
  Activation activation = Activation::relu6;
  if (low == 0 && high > kFar) activation = Activation::relu;
  if (low == -1 && high == 1) activation = Activation::relu_n1_to_1;
  import_map(op, Activate{activation});
}

// A constant choice between a feature map and constants: a mask, added.
void import_where(Operator& op) {
  const std::size_t feature = op.is_constant(1) ? 2 : 1, other = 3 - feature;
  if (!op.is_constant(0) || !op.is_constant(other)) {
    throw NotMapped("a choice between feature maps, or by one, is not supported");
  }
  const Dims mask = broadcast(op.dims(0), op.dims(other));
  op.make(op.nd().elementwise(ElementwiseKind::add, op.feature(feature), mask, Activation::none));
}

void import_batch_norm(Operator& op) {
  const NdTensor in = op.feature(0);
  if (in.rank() < 2) throw NotMapped("an input without channels");
  Dims scale(in.dims.size(), 1);
  scale[1] = in.dims[1];
  if (joins_weights(op, 0, scale)) return join_weights(op, 0);
  const NdTensor scaled = op.nd().elementwise(ElementwiseKind::mul, in, scale, Activation::none);
  op.make(op.nd().elementwise(ElementwiseKind::add, scaled, scale, Activation::none));
}

}  // namespace h4h::workloads::onnx
