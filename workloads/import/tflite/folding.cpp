#include "workloads/import/tflite/folding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "workloads/import/fold/arithmetic.hpp"

namespace h4h::workloads::tflite {
namespace {

using fold::Integers;
using Arrays = std::vector<Integers>;

// What an operator makes of numbers that are known.
using Compute = Arrays (*)(const FileOperator& op, const Arrays& in);

struct Folder {
  BuiltinOperator code;
  std::size_t inputs;  // that it has at least
  Compute compute;
};

template <fold::Binary function>
Arrays binary(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::apply(function, in[0], in[1])};
}

template <fold::Comparison comparison>
Arrays compare(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::compare(comparison, in[0], in[1])};
}

template <fold::Unary function>
Arrays unary(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::apply(function, in[0])};
}

template <fold::Reduction reduction>
Arrays reduce(const FileOperator& op, const Arrays& in) {
  return {fold::reduce(reduction, in[0], in[1].values, op.option<std::uint8_t>(0) != 0)};
}

std::int64_t single(const Integers& number) {
  if (number.values.size() != 1) throw fold::FoldError("a single number is wanted");
  return number.values.front();
}

Arrays same(const FileOperator& /*op*/, const Arrays& in) { return {in[0]}; }

Arrays strided(const FileOperator& op, const Arrays& in) {
  const StridedSlice part = strided_slice(op, in[0].dims, in[1].values, in[2].values, in[3].values);
  return {fold::reshape(fold::slice(in[0], part.spans), part.dims)};
}

Arrays part(const FileOperator& /*op*/, const Arrays& in) {
  std::vector<fold::Span> spans;
  const Dims& dims = in[0].dims;
  if (in[1].values.size() != dims.size() || in[2].values.size() != dims.size()) {
    throw fold::FoldError("a slice needs a first index and a size for every axis");
  }
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const std::int64_t begin = in[1].values[i], size = in[2].values[i];
    spans.push_back({begin, size < 0 ? dims[i] - begin : size, 1});
  }
  return {fold::slice(in[0], spans)};
}

Arrays gather(const FileOperator& op, const Arrays& in) {
  if (op.option<std::int32_t>(1) != 0) throw fold::FoldError("gathers in batches");
  return {fold::gather(in[0], in[1], op.option<std::int32_t>(0))};
}

Arrays pack(const FileOperator& op, const Arrays& in) {
  return {fold::pack(in, op.option<std::int32_t>(1))};
}

Arrays concatenate(const FileOperator& op, const Arrays& in) {
  return {fold::concat(in, op.option<std::int32_t>(0))};
}

Arrays reshape(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::reshape(in[0], fold::resolved(in[0].dims, in[1].values, true))};
}

Arrays squeeze(const FileOperator& op, const Arrays& in) {
  Dims axes;
  if (op.options) {
    for (const std::int32_t axis : integers(*op.options, 0)) axes.push_back(axis);
  }
  return {fold::reshape(in[0], fold::squeezed(in[0].dims, axes))};
}

Arrays expand_dims(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::reshape(in[0], fold::unsqueezed(in[0].dims, {single(in[1])}))};
}

Arrays unpack(const FileOperator& op, const Arrays& in) {
  const auto axis = fold::axis_of(op.option<std::int32_t>(1), in[0].dims.size());
  Arrays out;
  for (std::int64_t i = 0; i < in[0].dims[axis]; ++i) {
    out.push_back(fold::gather(in[0], Integers{{}, {i}}, static_cast<std::int64_t>(axis)));
  }
  return out;
}

Arrays range(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::range(single(in[0]), single(in[1]), single(in[2]))};
}

Arrays fill(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::filled(in[0].values, single(in[1]))};
}

Arrays zeros(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::filled(in[0].dims, std::int64_t{0})};
}

Arrays expand(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::expand(in[0], in[1].values)};
}

Arrays broadcast_args(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::vector(fold::broadcast(in[0].values, in[1].values))};
}

Arrays select(const FileOperator& /*op*/, const Arrays& in) {
  return {fold::where(in[0], in[1], in[2])};
}

Arrays transpose(const FileOperator& /*op*/, const Arrays& in) {
  std::vector<std::size_t> order;
  for (const std::int64_t axis : in[1].values)
    order.push_back(fold::axis_of(axis, in[0].dims.size()));
  return {fold::transpose(in[0], order)};
}

constexpr std::array kFolders{
    Folder{BuiltinOperator::add, 2, binary<fold::Binary::add>},
    Folder{BuiltinOperator::sub, 2, binary<fold::Binary::sub>},
    Folder{BuiltinOperator::mul, 2, binary<fold::Binary::mul>},
    Folder{BuiltinOperator::div, 2, binary<fold::Binary::div>},
    Folder{BuiltinOperator::floor_div, 2, binary<fold::Binary::floor_div>},
    Folder{BuiltinOperator::floor_mod, 2, binary<fold::Binary::mod>},
    Folder{BuiltinOperator::maximum, 2, binary<fold::Binary::max>},
    Folder{BuiltinOperator::minimum, 2, binary<fold::Binary::min>},
    Folder{BuiltinOperator::pow, 2, binary<fold::Binary::power>},
    Folder{BuiltinOperator::equal, 2, compare<fold::Comparison::equal>},
    Folder{BuiltinOperator::not_equal, 2, compare<fold::Comparison::not_equal>},
    Folder{BuiltinOperator::less, 2, compare<fold::Comparison::less>},
    Folder{BuiltinOperator::less_equal, 2, compare<fold::Comparison::less_equal>},
    Folder{BuiltinOperator::greater, 2, compare<fold::Comparison::greater>},
    Folder{BuiltinOperator::greater_equal, 2, compare<fold::Comparison::greater_equal>},
    Folder{BuiltinOperator::neg, 1, unary<fold::Unary::neg>},
    Folder{BuiltinOperator::abs, 1, unary<fold::Unary::abs>},
    Folder{BuiltinOperator::sum, 2, reduce<fold::Reduction::sum>},
    Folder{BuiltinOperator::reduce_prod, 2, reduce<fold::Reduction::prod>},
    Folder{BuiltinOperator::reduce_max, 2, reduce<fold::Reduction::max>},
    Folder{BuiltinOperator::reduce_min, 2, reduce<fold::Reduction::min>},
    Folder{BuiltinOperator::cast, 1, same},
    Folder{BuiltinOperator::strided_slice, 4, strided},
    Folder{BuiltinOperator::slice, 3, part},
    Folder{BuiltinOperator::gather, 2, gather},
    Folder{BuiltinOperator::pack, 1, pack},
    Folder{BuiltinOperator::concatenation, 1, concatenate},
    Folder{BuiltinOperator::reshape, 2, reshape},
    Folder{BuiltinOperator::squeeze, 1, squeeze},
    Folder{BuiltinOperator::expand_dims, 2, expand_dims},
    Folder{BuiltinOperator::unpack, 1, unpack},
    Folder{BuiltinOperator::range, 3, range},
    Folder{BuiltinOperator::fill, 2, fill},
    Folder{BuiltinOperator::zeros_like, 1, zeros},
    Folder{BuiltinOperator::broadcast_to, 2, expand},
    Folder{BuiltinOperator::broadcast_args, 2, broadcast_args},
    Folder{BuiltinOperator::select, 3, select},
    Folder{BuiltinOperator::select_v2, 3, select},
    Folder{BuiltinOperator::transpose, 2, transpose},
};

bool holds_numbers(const FileTensor& tensor) {
  return tensor.type == TensorType::int32 || tensor.type == TensorType::int64 ||
         tensor.type == TensorType::boolean;
}

// The dimensions of a tensor that is made before it; nullopt where they are not known.
std::optional<Dims> known_dims(const ImportGraph& graph, std::int32_t id) {
  if (const std::optional<NdTensor> tensor = graph.tensor(id)) return tensor->dims;
  if (graph.is_constant(id)) return dims_of(graph.file_tensor(id));
  return std::nullopt;
}

// Of SHAPE and RANK, which read no values.
std::optional<Arrays> of_dims(const ImportGraph& graph, const FileOperator& op) {
  if (op.code != BuiltinOperator::shape && op.code != BuiltinOperator::rank) return std::nullopt;
  const std::optional<Dims> dims = known_dims(graph, graph.operand(op, 0));
  if (!dims) return std::nullopt;
  if (op.code == BuiltinOperator::shape) return Arrays{fold::vector(*dims)};
  return Arrays{Integers{{}, {static_cast<std::int64_t>(dims->size())}}};
}

std::optional<Arrays> of_numbers(const ImportGraph& graph, const FileOperator& op) {
  const auto* folder = std::find_if(kFolders.begin(), kFolders.end(),
                                    [&](const Folder& f) { return f.code == op.code; });
  if (folder == kFolders.end() || op.inputs.size() < folder->inputs) return std::nullopt;
  Arrays in;
  for (const std::int32_t id : op.inputs) {
    if (id < 0) return std::nullopt;
    const std::optional<Integers> numbers = graph.numbers(id);
    if (!numbers) return std::nullopt;
    in.push_back(*numbers);
  }
  return folder->compute(op, in);
}

bool fold_numbers(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  for (const std::int32_t id : op.outputs) {
    if (!holds_numbers(graph.file_tensor(id))) return false;
  }
  std::optional<Arrays> results = of_dims(graph, op);
  if (!results) results = of_numbers(graph, op);
  if (!results || results->size() != op.outputs.size()) return false;
  for (std::size_t i = 0; i < results->size(); ++i) {
    graph.set_numbers(op.outputs[i], std::move((*results)[i]));
  }
  graph.folded(index, op, "numbers known when the file is read");
  return true;
}

bool is_random(BuiltinOperator code) {
  return code == BuiltinOperator::random_standard_normal ||
         code == BuiltinOperator::random_uniform || code == BuiltinOperator::multinomial;
}

bool fold_constant(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  std::int32_t source = -1;
  for (const std::int32_t id : op.inputs) {
    if (id < 0) continue;
    if (!graph.is_constant(id)) return false;
    if (source < 0) source = id;
  }
  if (source < 0 || is_random(op.code)) return false;
  for (const std::int32_t id : op.outputs) graph.fold_constant(id, source);
  graph.note_type(graph.file_tensor(source).type);
  graph.folded(index, op, fmt::format("constant '{}'", graph.file_tensor(source).name));
  return true;
}

// Indices of one axis; `from_first`, `to_last`: whatever the numbers say.
fold::Span range_of(const FileOperator& op, std::int64_t begin, std::int64_t end,
                    std::int64_t stride, std::int64_t side, bool from_first, bool to_last) {
  const bool is_offset = op.option<std::uint8_t>(5) != 0;
  if (is_offset && __builtin_add_overflow(begin, end, &end)) {
    throw fold::FoldError("a slice ends beyond 64 bits");
  }
  if (from_first) begin = stride > 0 ? 0 : side - 1;
  if (to_last) end = stride > 0 ? side : -side - 1;
  return fold::span(begin, end, stride, side);
}

}  // namespace

bool fold_operator(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  if (op.outputs.empty()) return false;
  return fold_numbers(graph, index, op) || fold_constant(graph, index, op);
}

// Masks of STRIDED_SLICE, a bit for every index.
namespace mask {
constexpr int kBegin = 0, kEnd = 1, kEllipsis = 2, kNewAxis = 3, kShrink = 4;
}  // namespace mask

StridedSlice strided_slice(const FileOperator& op, const Dims& dims,
                           const std::vector<std::int64_t>& begin,
                           const std::vector<std::int64_t>& end,
                           const std::vector<std::int64_t>& strides) {
  const auto is_set = [&](int slot, std::size_t i) {
    return i < 31 && ((op.option<std::int32_t>(slot) >> i) & 1) != 0;
  };
  if (begin.size() != end.size() || begin.size() != strides.size()) {
    throw fold::FoldError("a slice needs as many first as last indices and strides");
  }
  std::size_t named = 0;  // axes that have a place among the indices
  for (std::size_t i = 0; i < begin.size(); ++i) {
    named += is_set(mask::kEllipsis, i) || is_set(mask::kNewAxis, i) ? 0 : 1;
  }
  StridedSlice slice;
  const auto whole = [&] {
    slice.spans.push_back({0, dims[slice.spans.size()], 1});
    slice.dims.push_back(slice.spans.back().size);
  };
  for (std::size_t i = 0; i < begin.size(); ++i) {
    if (is_set(mask::kNewAxis, i)) {
      slice.dims.push_back(1);
    } else if (is_set(mask::kEllipsis, i)) {
      while (slice.spans.size() + named < dims.size()) whole();
    } else {
      if (slice.spans.size() >= dims.size()) {
        throw fold::FoldError("a slice names more axes than there are");
      }
      --named;
      const std::int64_t side = dims[slice.spans.size()];
      if (is_set(mask::kShrink, i)) {
        const auto at = fold::axis_of(begin[i], static_cast<std::size_t>(side));
        slice.spans.push_back({static_cast<std::int64_t>(at), 1, 1});
        continue;
      }
      slice.spans.push_back(range_of(op, begin[i], end[i], strides[i], side,
                                     is_set(mask::kBegin, i), is_set(mask::kEnd, i)));
      slice.dims.push_back(slice.spans.back().size);
    }
  }
  while (slice.spans.size() < dims.size()) whole();
  return slice;
}

}  // namespace h4h::workloads::tflite
