#include <fmt/format.h>

#include "workloads/import/onnx/arguments.hpp"
#include "workloads/import/onnx/operators.hpp"
#include "workloads/import/onnx/windows.hpp"

// Normalisations and reductions.
namespace h4h::workloads::onnx {
namespace {

NdTensor reduced(Operator& op, const NdTensor& in, const NdGraph::Reduction& make) {
  const bool keep = op.integer("keepdims", 1) != 0;
  return op.nd().reduce(in, reduced_axes(op, in.dims.size()), keep, make);
}

NdGraph::Reduction reduction(ReduceKind kind) {
  return [kind](bool height, bool width, bool channels) {
    return Reduce{kind, height, width, channels};
  };
}

}  // namespace

// Before operator set 13 over all axes from `axis` on.
void import_softmax(Operator& op, SoftmaxKind kind) {
  const NdTensor in = op.feature(0);
  const bool is_old = op.opset() < 13;
  const int axis = axis_of(op.integer("axis", is_old ? 1 : -1), in.rank());
  op.make(is_old ? op.nd().along_from(in, axis, Softmax{kind})
                 : op.nd().along(in, axis, Softmax{kind}));
}

void import_layer_norm(Operator& op) {
  const NdTensor in = op.feature(0);
  const int axis = axis_of(op.integer("axis", -1), in.rank());
  op.make(op.nd().along_from(in, axis, LayerNorm{NormKind::layer_norm}));
}

void import_group_norm(Operator& op) {
  const NdTensor in = op.feature(0);
  const std::int64_t groups = op.integer("num_groups", 0);
  op.make(op.nd().image(in, image_axes(in.dims.size()), GroupNorm{groups}));
}

// PyTorch spells a group norm as an instance norm of [batch, groups, rest], between two reshapes.
void import_instance_norm(Operator& op) {
  if (const NdTensor* image = op.graph().before(op.name(0))) {
    const std::int64_t groups = op.graph().groups_before(op.name(0));
    const std::string& output = op.node().outputs.at(0);
    op.make(op.nd().image(*image, image_axes(image->dims.size()), GroupNorm{groups}));
    op.graph().set_before(output, *op.graph().feature(output), groups);
    return;
  }
  const NdTensor in = op.feature(0);
  const ImageAxes axes = image_axes(in.dims.size());
  const std::int64_t channels = NdGraph::image_shape(in, axes).channels;
  op.make(op.nd().image(in, axes, GroupNorm{channels}));
}

void import_l2_norm(Operator& op) {
  const NdTensor in = op.feature(0);
  if (op.integer("p", 2) != 2) throw NotMapped("only the norm of squares is supported");
  const int axis = axis_of(op.integer("axis", -1), in.rank());
  op.make(op.nd().along(in, axis, LayerNorm{NormKind::l2_norm}));
}

void import_mean(Operator& op) {
  op.make(reduced(op, op.feature(0), [](bool height, bool width, bool channels) {
    return Mean{height, width, channels};
  }));
}

void import_reduce(Operator& op, ReduceKind kind) {
  op.make(reduced(op, op.feature(0), reduction(kind)));
}

// A sum of a function of each element, and what becomes of it; `lookup`: nothing.
void import_reduce_of(Operator& op, UnaryKind of_each, UnaryKind of_sum) {
  const NdTensor each = op.nd().map(op.feature(0), Unary{of_each});
  const NdTensor sum = reduced(op, each, reduction(ReduceKind::sum));
  op.make(of_sum == UnaryKind::lookup ? sum : op.nd().map(sum, Unary{of_sum}));
}

void import_arg(Operator& op, ArgKind kind) {
  const NdTensor in = op.feature(0);
  const int axis = axis_of(op.integer("axis", 0), in.rank());
  op.make(op.nd().arg(in, axis, op.integer("keepdims", 1) != 0, kind));
}

}  // namespace h4h::workloads::onnx
