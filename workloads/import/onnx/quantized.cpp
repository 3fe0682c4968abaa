#include <fmt/format.h>

#include "workloads/import/onnx/operators.hpp"

// Operators of integers that ONNX Runtime writes: their scales and zero points are operands, too.
namespace h4h::workloads::onnx {

void import_quantized_elementwise(Operator& op, ElementwiseKind kind) {
  constexpr std::size_t kSecond = 3;  // behind the first operand's scale and zero point
  const std::size_t first = op.is_constant(0) ? kSecond : 0, second = kSecond - first;
  const NdTensor a = op.feature(first);
  op.make(op.is_constant(second)
              ? op.nd().elementwise(kind, a, op.dims(second), Activation::none)
              : op.nd().elementwise(kind, a, op.feature(second), Activation::none));
}

void import_quantized_concat(Operator& op) {
  std::vector<ConcatPart> parts;
  for (std::size_t i = 2; i < op.inputs(); i += 3) {
    parts.push_back(op.is_constant(i) ? ConcatPart::constant(op.dims(i))
                                      : ConcatPart::of(op.feature(i)));
  }
  if (parts.empty()) throw NotMapped("no inputs");
  const int rank = static_cast<int>(parts.front().dims.size());
  op.make(op.nd().concat(parts, axis_of(op.integer("axis", 0), rank)));
}

void import_skip_layer_norm(Operator& op) {
  const NdTensor sum =
      op.nd().elementwise(ElementwiseKind::add, op.feature(0), op.feature(1), Activation::none);
  op.make(op.nd().along(sum, sum.rank() - 1, LayerNorm{NormKind::layer_norm}));
}

void import_rms_norm(Operator& op) {
  const NdTensor in = op.feature(0);
  const int axis = axis_of(op.integer("axis", -1), in.rank());
  op.make(op.nd().along_from(in, axis, LayerNorm{NormKind::rms_norm}));
}

}  // namespace h4h::workloads::onnx
