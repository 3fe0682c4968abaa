#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "workloads/import/fold/arithmetic.hpp"
#include "workloads/import/onnx/arguments.hpp"
#include "workloads/import/onnx/operators.hpp"

// The same elements under other axes, and pieces of tensors.
namespace h4h::workloads::onnx {
namespace {

std::vector<AxisSlice> parts_of(const std::vector<fold::Span>& spans) {
  std::vector<AxisSlice> parts;
  for (const fold::Span& span : spans) {
    if (span.size < 1) throw NotMapped("a slice without elements");
    if (span.stride < 1) throw NotMapped("a slice from the end to the beginning");
    parts.push_back({span.begin, span.size, span.stride});
  }
  return parts;
}

bool is_whole(const std::vector<fold::Span>& spans, const Dims& dims) {
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (spans[i].size != dims[i]) return false;
  }
  return true;
}

// [batch, channels, ...] as [batch, groups, rest], read by nothing but an instance norm.
bool becomes_group_norm(const Operator& op, const NdTensor& in, const Dims& dims) {
  const Node* reader = op.graph().sole_reader(op.node().outputs.at(0));
  return reader != nullptr && reader->op == "InstanceNormalization" && dims.size() == 3 &&
         in.rank() > 2 && dims[0] == in.dims[0] && in.dims[1] % dims[1] == 0;
}

// Whether the only use of a tensor, but for functions of each element, is a product with weights.
bool goes_into_weights(const ImportGraph& graph, std::string tensor) {
  constexpr std::array<std::string_view, 8> kPassing{
      "Relu", "Clip", "Dropout", "Identity", "Cast", "QuantizeLinear", "DequantizeLinear", "Tanh"};
  constexpr int kMostNodes = 16;
  for (int node = 0; node < kMostNodes; ++node) {
    const Node* const reader = graph.sole_reader(tensor);
    if (reader == nullptr) return false;
    const bool is_first = !reader->inputs.empty() && reader->inputs.front() == tensor;
    if (!is_first || reader->outputs.empty()) return false;
    if (reader->op == "Gemm" || reader->op == "MatMul") {
      return reader->inputs.size() > 1 && graph.constant(reader->inputs[1]) != nullptr &&
             reader->attributes.count("transA") == 0;
    }
    if (std::find(kPassing.begin(), kPassing.end(), reader->op) == kPassing.end()) return false;
    tensor = reader->outputs.front();
  }
  return false;
}

// An image as one vector that is multiplied with weights: their rows can be in any order, that of
// the image's memory, so that no data moves.
bool is_vector_for_weights(const Operator& op, const NdTensor& in, const Dims& dims) {
  return dims.size() == 2 && dims[0] == 1 && in.rank() > 2 && in.dims[0] == 1 &&
         goes_into_weights(op.graph(), op.node().outputs.at(0));
}

}  // namespace

void import_same(Operator& op) {
  if (op.is_constant(0)) return op.set(op.constant(0));
  const NdTensor in = op.feature(0);
  if (op.node().op == "QuantizeLinear") op.graph().note_quantized();
  const bool is_identity = op.node().op == "Identity" || op.node().op == "Dropout";
  op.fold(in, is_identity ? fmt::format("'{}', the same values", op.name(0))
                          : fmt::format("the data type of '{}'", op.name(0)));
  const auto channels = op.graph().weighted(op.name(0));
  if (is_identity && channels && op.graph().uses(op.name(0)) == 1) {
    op.graph().set_weighted(op.node().outputs.at(0), *channels);
  }
}

void import_reshape(Operator& op) {
  if (const NdTensor* image = op.graph().before(op.name(0))) {
    if (op.node().op == "Reshape" && fold::resolved(image->dims, op.integers(1)) == image->dims) {
      return op.fold(*image, "the group norm before it");
    }
    throw NotMapped("reads a group norm in groups");
  }
  const NdTensor in = op.feature(0);
  const Dims dims = reshaped_dims(op);
  if (becomes_group_norm(op, in, dims)) {
    op.nd().net().folded({op.index(), op.node().op, "the group norm behind it"});
    return op.graph().set_before(op.node().outputs.at(0), in, dims[1]);
  }
  if (is_vector_for_weights(op, in, dims)) {
    return op.make(NdTensor{in.id, dims, file_order(dims.size())});
  }
  op.make(op.nd().renamed(in, dims));
}

void import_transpose(Operator& op) {
  const NdTensor in = op.feature(0);
  op.make(op.nd().transpose(in, permutation(op, in.dims.size()), TransposeAs::view));
}

void import_slice(Operator& op) {
  const NdTensor in = op.feature(0);
  const std::vector<fold::Span> spans = slice_spans(op);
  const std::vector<AxisSlice> parts = parts_of(spans);
  if (is_whole(spans, in.dims)) return op.fold(in, "its input: the whole of it");
  op.make(op.nd().slice(in, parts));
}

void import_split(Operator& op) {
  const NdTensor in = op.feature(0);
  const auto all = split_spans(op);
  if (all.size() == 1) return op.fold(in, "its input: the whole of it");
  const std::vector<std::string>& names = op.node().outputs;
  std::vector<NdTensor> outputs;
  for (std::size_t i = 0; i < all.size() && i < names.size(); ++i) {
    // A part that nobody reads takes no layer.
    const bool is_read = !names[i].empty() && op.graph().uses(names[i]) > 0;
    outputs.push_back(is_read ? op.nd().slice(in, parts_of(all[i])) : in);
  }
  op.make(outputs);
}

void import_concat(Operator& op) {
  std::vector<ConcatPart> parts;
  for (std::size_t i = 0; i < op.inputs(); ++i) {
    parts.push_back(op.is_constant(i) ? ConcatPart::constant(op.dims(i))
                                      : ConcatPart::of(op.feature(i)));
  }
  const int axis = axis_of(op.integer("axis", 0), static_cast<int>(op.dims(0).size()));
  if (parts.size() == 1) return op.fold(op.feature(0), "its input: there is only one");
  op.make(op.nd().concat(parts, axis));
}

void import_gather(Operator& op) {
  if (op.is_constant(0)) throw NotMapped("a table that is read at places known only at run time");
  const NdTensor in = op.feature(0);
  const int axis = axis_of(op.integer("axis", 0), in.rank());
  std::vector<std::int64_t> indices = op.integers(1);
  for (std::int64_t& index : indices) {
    if (index < 0) index += in.dims[static_cast<std::size_t>(axis)];
  }
  op.make(op.nd().gather(in, axis, indices, op.dims(1)));
}

void import_expand(Operator& op) {
  const NdTensor in = op.feature(0);
  const Dims dims = fold::broadcast(in.dims, op.integers(1));
  op.make(op.nd().broadcast_to(in, dims));
}

void import_tile(Operator& op) {
  const NdTensor in = op.feature(0);
  const Dims repeats = op.integers(1);
  if (repeats.size() != in.dims.size()) throw NotMapped("as many repeats as axes are needed");
  NdTensor out = in;
  for (std::size_t axis = 0; axis < repeats.size(); ++axis) {
    constexpr std::int64_t kMostParts = 256;
    if (repeats[axis] < 1) throw NotMapped(fmt::format("{} repeats", repeats[axis]));
    if (repeats[axis] == 1) continue;
    if (out.dims[axis] == 1) {
      Dims dims = out.dims;
      dims[axis] = repeats[axis];
      out = op.nd().broadcast_to(out, dims);
      continue;
    }
    if (repeats[axis] > kMostParts) throw NotMapped(fmt::format("{} repeats", repeats[axis]));
    const std::vector<ConcatPart> parts(static_cast<std::size_t>(repeats[axis]),
                                        ConcatPart::of(out));
    out = op.nd().concat(parts, static_cast<int>(axis));
  }
  op.make(out);
}

// The scale and zero point that are found at run time scale the whole tensor.
void import_dynamic_quantize(Operator& op) {
  import_same(op);
  op.set(1, Constant{{}, ElementType::float32, {}, {}, {}});
  op.set(2, Constant{{}, ElementType::uint8, {}, {}, {}});
}

}  // namespace h4h::workloads::onnx
