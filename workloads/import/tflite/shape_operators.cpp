#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "workloads/import/fold/arithmetic.hpp"
#include "workloads/import/tflite/folding.hpp"
#include "workloads/import/tflite/layers.hpp"

namespace h4h::workloads::tflite {
namespace {

// ---- views ----

// The shape is an input, an option or, in old files, only what the output states.
Dims reshaped(const ImportGraph& graph, const FileOperator& op, const NdTensor& in) {
  if (graph.has_operand(op, 1)) {
    if (const auto wanted = graph.numbers(op.inputs[1])) {
      return fold::resolved(in.dims, wanted->values, true);
    }
  }
  if (const std::optional<Dims> stated = graph.stated(op.outputs.at(0))) return *stated;
  if (graph.has_operand(op, 1)) (void)graph.values(op.inputs[1]);  // says that they are unknown
  Dims wanted;
  if (op.options) {
    for (const std::int32_t side : integers(*op.options, 0)) wanted.push_back(side);
  }
  return fold::resolved(in.dims, wanted, true);
}

void reshape(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  graph.finish(index, op, graph.nd().reshape(in, reshaped(graph, op, in)));
}

// Axes of 1 that come or go: the file's own statement holds where it is of as many elements.
Dims with_other_ones(const ImportGraph& graph, const FileOperator& op, const NdTensor& in,
                     const Dims& computed) {
  const std::optional<Dims> stated = graph.stated(op.outputs.at(0));
  return stated && elements(*stated) == elements(in.dims) ? *stated : computed;
}

void squeeze(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  Dims axes;
  if (op.options) {
    for (const std::int32_t axis : integers(*op.options, 0)) axes.push_back(axis);
  }
  graph.finish(
      index, op,
      graph.nd().reshape(in, with_other_ones(graph, op, in, fold::squeezed(in.dims, axes))));
}

void expand_dims(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<std::int64_t> axis = graph.values(graph.operand(op, 1));
  graph.finish(
      index, op,
      graph.nd().reshape(in, with_other_ones(graph, op, in, fold::unsqueezed(in.dims, axis))));
}

void transpose(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<int> order = axes_of(graph, graph.operand(op, 1), in.rank());
  graph.finish(index, op, graph.nd().transpose(in, order, TransposeAs::copy));
}

// ---- parts ----

std::vector<AxisSlice> whole(const Dims& dims) {
  std::vector<AxisSlice> parts;
  for (const std::int64_t side : dims) parts.push_back({0, side, 1});
  return parts;
}

void slice(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<std::int64_t> begin = graph.values(graph.operand(op, 1));
  const std::vector<std::int64_t> size = graph.values(graph.operand(op, 2));
  if (begin.size() != in.dims.size() || size.size() != in.dims.size()) {
    throw NotMapped("a slice needs a first index and a size for every axis");
  }
  std::vector<AxisSlice> parts;
  for (std::size_t i = 0; i < begin.size(); ++i) {
    const bool to_the_end = size[i] == -1 && begin[i] >= 0;
    parts.push_back({begin[i], to_the_end ? in.dims[i] - begin[i] : size[i], 1});
  }
  graph.finish(index, op, graph.nd().slice(in, parts));
}

void strided(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const StridedSlice taken =
      strided_slice(op, in.dims, graph.values(graph.operand(op, 1)),
                    graph.values(graph.operand(op, 2)), graph.values(graph.operand(op, 3)));
  std::vector<AxisSlice> parts;
  for (const fold::Span& span : taken.spans) parts.push_back({span.begin, span.size, span.stride});
  graph.finish(index, op, graph.nd().renamed(graph.nd().slice(in, parts), taken.dims));
}

// Pieces of these lengths one behind the other along an axis.
std::vector<NdTensor> pieces(ImportGraph& graph, const NdTensor& in, int axis,
                             const std::vector<std::int64_t>& lengths) {
  std::vector<NdTensor> out;
  std::vector<AxisSlice> parts = whole(in.dims);
  AxisSlice& part = parts.at(static_cast<std::size_t>(axis));
  part.size = 0;
  for (const std::int64_t length : lengths) {
    part = {part.begin + part.size, length, 1};
    out.push_back(graph.nd().slice(in, parts));
  }
  return out;
}

int single_axis(const ImportGraph& graph, std::int32_t id, int rank) {
  const std::vector<int> axes = axes_of(graph, id, rank);
  if (axes.size() != 1) throw NotMapped("one axis is wanted");
  return axes.front();
}

void split(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 1));
  const int axis = single_axis(graph, graph.operand(op, 0), in.rank());
  const auto count = static_cast<std::int64_t>(op.outputs.size());
  const std::int64_t side = in.dims.at(static_cast<std::size_t>(axis));
  if (count < 1 || side % count != 0) {
    throw NotMapped(fmt::format("an axis of {} does not split into {}", side, count));
  }
  const std::vector<std::int64_t> lengths(op.outputs.size(), side / count);
  graph.finish(index, op, pieces(graph, in, axis, lengths));
}

void split_by_sizes(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const int axis = single_axis(graph, graph.operand(op, 2), in.rank());
  std::vector<std::int64_t> lengths = graph.values(graph.operand(op, 1));
  std::int64_t rest = in.dims.at(static_cast<std::size_t>(axis));
  for (const std::int64_t length : lengths) rest -= std::clamp<std::int64_t>(length, 0, rest);
  std::replace(lengths.begin(), lengths.end(), std::int64_t{-1}, rest);
  graph.finish(index, op, pieces(graph, in, axis, lengths));
}

void unpack(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const int axis = axis_of(op.option<std::int32_t>(1), in.rank());
  const std::vector<std::int64_t> ones(op.outputs.size(), 1);
  if (static_cast<std::int64_t>(ones.size()) != in.dims.at(static_cast<std::size_t>(axis))) {
    throw NotMapped(fmt::format("{} outputs of {}", ones.size(), dims_text(in.dims)));
  }
  std::vector<NdTensor> out;
  for (const NdTensor& piece : pieces(graph, in, axis, ones)) {
    out.push_back(graph.nd().renamed(piece, fold::squeezed(piece.dims, {axis})));
  }
  graph.finish(index, op, out);
}

void gather(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::int32_t table = graph.operand(op, 0);
  if (graph.is_constant(table)) {
    throw NotMapped(fmt::format("looks up '{}' at places that are not known when the file is read",
                                graph.file_tensor(table).name));
  }
  const NdTensor in = graph.feature(table);
  if (op.option<std::int32_t>(1) != 0) throw NotMapped("gathers in batches");
  const std::int32_t id = graph.operand(op, 1);
  const int axis = axis_of(op.option<std::int32_t>(0), in.rank());
  const Dims dims = graph.numbers(id) ? graph.numbers(id)->dims : Dims{};
  graph.finish(index, op, graph.nd().gather(in, axis, graph.values(id), dims));
}

// ---- tensors of parts ----

std::vector<ConcatPart> parts_of(const ImportGraph& graph, const FileOperator& op) {
  std::vector<ConcatPart> parts;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const std::int32_t id = graph.operand(op, i);
    parts.push_back(graph.is_constant(id) ? ConcatPart::constant(dims_of(graph.file_tensor(id)))
                                          : ConcatPart::of(graph.feature(id)));
  }
  if (parts.empty()) throw NotMapped("input 0 is missing");
  return parts;
}

void concatenate(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::vector<ConcatPart> parts = parts_of(graph, op);
  const int axis = axis_of(op.option<std::int32_t>(0), static_cast<int>(parts.front().dims.size()));
  NdTensor out = graph.nd().concat(parts, axis);
  const Activation activation = op.options ? fused_activation(op, 1) : Activation::none;
  if (activation != Activation::none) out = graph.nd().map(out, Activate{activation});
  graph.finish(index, op, out);
}

void pack(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const std::vector<ConcatPart> parts = parts_of(graph, op);
  const int axis =
      axis_of(op.option<std::int32_t>(1), static_cast<int>(parts.front().dims.size()) + 1);
  graph.finish(index, op, graph.nd().stack(parts, axis));
}

void broadcast_to(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<std::int64_t> dims = graph.values(graph.operand(op, 1));
  graph.finish(index, op, graph.nd().broadcast_to(in, dims));
}

void tile(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  constexpr std::int64_t kMaxCopies = 64;
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<std::int64_t> times = graph.values(graph.operand(op, 1));
  if (times.size() != in.dims.size()) throw NotMapped("a tile needs a number for every axis");
  Dims stretched = in.dims;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (stretched[i] == 1) stretched[i] = times[i];
  }
  (void)elements(stretched);
  NdTensor out = graph.nd().broadcast_to(in, stretched);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (in.dims[i] == 1 || times[i] == 1) continue;
    if (times[i] < 1 || times[i] > kMaxCopies) {
      throw NotMapped(fmt::format("{} copies of an axis; supported: {}", times[i], kMaxCopies));
    }
    const std::vector<ConcatPart> copies(static_cast<std::size_t>(times[i]), ConcatPart::of(out));
    out = graph.nd().concat(copies, static_cast<int>(i));
  }
  graph.finish(index, op, out);
}

// ---- padding ----

std::vector<AxisPadding> margins(const ImportGraph& graph, const FileOperator& op, int rank) {
  const std::vector<std::int64_t> v = graph.values(graph.operand(op, 1));
  if (v.size() != 2 * static_cast<std::size_t>(rank)) {
    throw NotMapped("padding needs two numbers for every axis");
  }
  std::for_each(v.begin(), v.end(), check_margin);
  std::vector<AxisPadding> all;
  for (std::size_t i = 0; i < v.size(); i += 2) all.emplace_back(v[i], v[i + 1]);
  return all;
}

bool is_unpadded_convolution_of(std::int32_t tensor, const FileOperator& op) {
  const bool windowed =
      op.code == BuiltinOperator::conv_2d || op.code == BuiltinOperator::depthwise_conv_2d;
  const bool as_image =
      op.inputs.front() == tensor && std::count(op.inputs.begin(), op.inputs.end(), tensor) == 1;
  return windowed && as_image && op.option<std::int8_t>(0) == 1;
}

// A PAD of images that only convolutions without padding of their own read is the padding of those
// layers: their names; none otherwise.
std::vector<std::string> unpadded_convolutions(const ImportGraph& graph, std::int32_t tensor) {
  const std::vector<const FileOperator*> readers = graph.readers(tensor);
  if (graph.uses(tensor) > static_cast<int>(readers.size())) return {};
  std::vector<std::string> names;
  for (const FileOperator* op : readers) {
    if (!is_unpadded_convolution_of(tensor, *op)) return {};
    names.push_back(op->name);
  }
  return names;
}

bool is_of_images(const std::vector<AxisPadding>& all) {
  const AxisPadding none{0, 0};
  return all.size() == 4 && all[0] == none && all[3] == none;
}

void pad(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const std::vector<AxisPadding> all = margins(graph, op, in.rank());
  std::vector<std::string> layers;
  if (op.code == BuiltinOperator::pad) layers = unpadded_convolutions(graph, op.outputs.at(0));
  if (layers.empty() || !is_of_images(all)) {
    return graph.finish(index, op, graph.nd().pad(in, all));
  }
  graph.fold_pad(op.outputs.front(), in,
                 {all[1].first, all[1].second, all[2].first, all[2].second});
  graph.folded(index, op, fmt::format("padding of {}", fmt::join(layers, ", ")));
}

}  // namespace

const std::vector<Importer>& shape_importers() {
  static const std::vector<Importer> all{
      {BuiltinOperator::reshape, reshape, "reshape"},
      {BuiltinOperator::squeeze, squeeze, "reshape"},
      {BuiltinOperator::expand_dims, expand_dims, "reshape"},
      {BuiltinOperator::transpose, transpose, "transpose"},
      {BuiltinOperator::slice, slice, "slice"},
      {BuiltinOperator::strided_slice, strided, "slice"},
      {BuiltinOperator::split, split, "slice"},
      {BuiltinOperator::split_v, split_by_sizes, "slice"},
      {BuiltinOperator::unpack, unpack, "slice"},
      {BuiltinOperator::gather, gather, "slice, gather"},
      {BuiltinOperator::concatenation, concatenate, "concat"},
      {BuiltinOperator::pack, pack, "concat"},
      {BuiltinOperator::broadcast_to, broadcast_to, "tile"},
      {BuiltinOperator::tile, tile, "tile, concat"},
      {BuiltinOperator::pad, pad, "pad"},
      {BuiltinOperator::padv2, pad, "pad"},
      {BuiltinOperator::mirror_pad, pad, "pad"},
  };
  return all;
}

}  // namespace h4h::workloads::tflite
