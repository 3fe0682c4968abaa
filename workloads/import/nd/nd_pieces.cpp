#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/grouping.hpp"
#include "workloads/import/nd/nd_graph.hpp"

// Parts of tensors, and tensors of parts.
namespace h4h::workloads {
namespace {

bool is_whole(const AxisSlice& part, std::int64_t extent) {
  return part.begin == 0 && part.size == extent && part.stride == 1;
}

void check_slice(const AxisSlice& part, std::int64_t extent) {
  if (part.stride < 1) throw NotMapped(fmt::format("slices backwards, by {}", part.stride));
  if (part.begin < 0 || part.size < 1 || part.begin >= extent ||
      part.size - 1 > (extent - 1 - part.begin) / part.stride) {
    throw NotMapped(fmt::format("slice of {} from {} by {} leaves an axis of {}", part.size,
                                part.begin, part.stride, extent));
  }
}

// The slice of a group of axes, where it is one: only one axis of the group is cut, the slowest
// that is not 1, and its neighbours only in one piece.
std::optional<AxisSlice> slice_of(const Grouping::Span& span, const Dims& memory,
                                  const std::vector<AxisSlice>& parts) {
  std::size_t cut = span.first;
  while (cut < span.last && is_whole(parts[cut], memory[cut])) ++cut;
  if (cut == span.last) {
    return AxisSlice{0, product(memory, span.first, span.last), 1};
  }
  const std::int64_t inner = product(memory, cut + 1, span.last);
  for (std::size_t i = cut + 1; i < span.last; ++i) {
    if (!is_whole(parts[i], memory[i])) return std::nullopt;
  }
  const AxisSlice& part = parts[cut];
  if (product(memory, span.first, cut) != 1) return std::nullopt;
  if (inner != 1 && part.stride != 1 && part.size != 1) return std::nullopt;
  return AxisSlice{part.begin * inner, part.size * inner, inner == 1 ? part.stride : 1};
}

std::optional<Slice> slice_of(const Grouping& groups, const Dims& memory,
                              const std::vector<AxisSlice>& parts) {
  std::array<AxisSlice, 3> sides;
  for (std::size_t g = 0; g < 3; ++g) {
    const std::optional<AxisSlice> side = slice_of(groups.spans[g], memory, parts);
    if (!side) return std::nullopt;
    sides[g] = *side;
  }
  return Slice{{sides[0].begin, sides[1].begin, sides[2].begin},
               {sides[0].size, sides[1].size, sides[2].size},
               {sides[0].stride, sides[1].stride, sides[2].stride}};
}

// A margin along one of the three axes.
Pad margin(std::size_t group, std::int64_t before, std::int64_t after) {
  Pad pad;
  if (group == 0) pad.padding = {before, after, 0, 0};
  if (group == 1) pad.padding = {0, 0, before, after};
  if (group == 2) pad.channels_before = before, pad.channels_after = after;
  return pad;
}

// Every stride-th index from the first on, where the indices are that.
std::optional<AxisSlice> as_slice(const std::vector<std::int64_t>& indices) {
  AxisSlice slice{indices.front(), static_cast<std::int64_t>(indices.size()), 1};
  if (indices.size() > 1) slice.stride = indices[1] - indices[0];
  if (slice.stride < 1) return std::nullopt;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] != slice.begin + static_cast<std::int64_t>(i) * slice.stride)
      return std::nullopt;
  }
  return slice;
}

Dims with_axis(Dims dims, int axis) {
  dims.insert(dims.begin() + axis, 1);
  return dims;
}

// Parts must have as many axes as each other, and `axis` must be one of them, or one of `added`
// more.
void check_ranks(const std::vector<ConcatPart>& parts, int axis, std::size_t added) {
  if (parts.empty()) throw NotMapped("there are no parts");
  for (const ConcatPart& part : parts) {
    if (part.dims.size() != parts.front().dims.size()) {
      throw NotMapped(fmt::format("{} and {} do not concatenate along axis {}",
                                  dims_text(parts.front().dims), dims_text(part.dims), axis));
    }
  }
  const std::size_t rank = parts.front().dims.size() + added;
  if (axis < 0 || static_cast<std::size_t>(axis) >= rank) {
    throw NotMapped(fmt::format("axis {} of {} axes does not exist", axis, rank));
  }
}

}  // namespace

NdTensor NdGraph::slice(const NdTensor& in, const std::vector<AxisSlice>& axes) {
  if (axes.size() != in.dims.size()) throw NotMapped("a slice needs one part for every axis");
  const Dims memory = memory_dims(in);
  std::vector<AxisSlice> parts;
  NdTensor out = in;
  for (const int axis : in.order) {
    const auto a = static_cast<std::size_t>(axis);
    check_slice(axes[a], in.dims[a]);
    parts.push_back(axes[a]);
    if (axes[a].size == 1) parts.back().stride = 1;
    out.dims[a] = axes[a].size;
  }
  if (out.dims == in.dims) return in;
  const Grouping usual = usual_grouping(memory.size());
  if (const std::optional<Slice> op = slice_of(usual, memory, parts)) {
    out.id = add(*op, {viewed(in.id, shape_of(usual, memory))});
    return out;
  }
  out = in;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_whole(parts[i], memory[i])) out = slice_axis(out, in.order[i], parts[i]);
  }
  return out;
}

NdTensor NdGraph::slice_axis(const NdTensor& in, int axis, const AxisSlice& part) {
  const Dims memory = memory_dims(in);
  const Grouping groups = grouping_around(place_of(in, axis), memory.size());
  const Shape whole = shape_of(groups, memory);
  NdTensor out = in;
  out.id =
      add(Slice{{0, part.begin, 0}, {whole.height, part.size, whole.channels}, {1, part.stride, 1}},
          {viewed(in.id, whole)});
  out.dims[static_cast<std::size_t>(axis)] = part.size;
  return out;
}

NdTensor NdGraph::concat(const std::vector<ConcatPart>& parts, int axis) {
  check_ranks(parts, axis, 0);
  const auto first = std::find_if(parts.begin(), parts.end(),
                                  [](const ConcatPart& p) { return p.tensor.has_value(); });
  if (first == parts.end()) throw NotMapped("all parts are constant");
  const auto a = static_cast<std::size_t>(axis);
  NdTensor out = *first->tensor;
  out.dims[a] = 0;
  for (const ConcatPart& part : parts) {
    Dims other = part.dims;
    other[a] = out.dims[a];
    if (other != out.dims) {
      throw NotMapped(fmt::format("{} and {} do not concatenate along axis {}",
                                  dims_text(first->dims), dims_text(part.dims), axis));
    }
    out.dims[a] += part.dims[a];
  }
  const std::size_t place = place_of(out, axis);
  const Grouping groups = grouping_by_range(memory_dims(out), place);
  const std::size_t group = groups.group_of(place);
  const std::int64_t inner = product(memory_dims(out), place + 1, groups.spans[group].last);
  std::vector<TensorId> pieces;
  std::int64_t ahead = 0;  // constants before the first tensor
  for (const ConcatPart& part : parts) {
    const std::int64_t length = part.dims[a] * inner;
    if (part.tensor) {
      const NdTensor t = reordered(*part.tensor, out.order);
      TensorId id = viewed(t.id, shape_of(groups, memory_dims(t)));
      pieces.push_back(ahead > 0 ? add(margin(group, ahead, 0), {id}) : id);
      ahead = 0;
    } else if (pieces.empty()) {
      ahead += length;
    } else {
      pieces.back() = add(margin(group, 0, length), {pieces.back()});
    }
  }
  out.id = pieces.size() == 1 ? pieces.front() : add(Concat{kAxes.at(group)}, pieces);
  return out;
}

NdTensor NdGraph::stack(const std::vector<ConcatPart>& parts, int axis) {
  check_ranks(parts, axis, 1);
  std::vector<ConcatPart> with_axes;
  for (const ConcatPart& part : parts) {
    const Dims dims = with_axis(part.dims, axis);
    with_axes.push_back(part.tensor ? ConcatPart::of(renamed(*part.tensor, dims))
                                    : ConcatPart::constant(dims));
  }
  return concat(with_axes, axis);
}

NdTensor NdGraph::pad(const NdTensor& in, const std::vector<AxisPadding>& axes) {
  if (axes.size() != in.dims.size()) throw NotMapped("padding needs two numbers for every axis");
  const Dims memory = memory_dims(in);
  const Grouping usual = usual_grouping(memory.size());
  std::array<std::optional<AxisPadding>, 3> sides;
  bool is_usual = true;
  NdTensor out = in;
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const auto axis = static_cast<std::size_t>(in.order[i]);
    const auto [before, after] = axes[axis];
    if (before == 0 && after == 0) continue;
    check_margin(before);
    check_margin(after);
    out.dims[axis] += before + after;
    const std::size_t g = usual.group_of(i);
    is_usual = is_usual && !sides.at(g) && product(memory, usual.spans[g].first, i) == 1;
    const std::int64_t inner = product(memory, i + 1, usual.spans[g].last);
    sides.at(g) = {before * inner, after * inner};
  }
  if (!is_usual) return pad_one_by_one(in, axes);
  const auto side = [&](std::size_t g) { return sides.at(g).value_or(AxisPadding{0, 0}); };
  const Pad op{{side(0).first, side(0).second, side(1).first, side(1).second},
               side(2).first,
               side(2).second};
  out.id = add(op, {viewed(in.id, shape_of(usual, memory))});
  return out;
}

NdTensor NdGraph::pad_one_by_one(const NdTensor& in, const std::vector<AxisPadding>& axes) {
  NdTensor out = in;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const auto [before, after] = axes[axis];
    if (before == 0 && after == 0) continue;
    const Dims memory = memory_dims(out);
    const Grouping groups = grouping_around(place_of(out, static_cast<int>(axis)), memory.size());
    out.id = add(margin(1, before, after), {viewed(out.id, shape_of(groups, memory))});
    out.dims[axis] += before + after;
  }
  return out;
}

NdTensor NdGraph::gather(const NdTensor& in, int axis, const std::vector<std::int64_t>& indices,
                         const Dims& index_dims) {
  if (indices.empty()) throw NotMapped("no indices");
  const auto a = static_cast<std::size_t>(axis);
  for (const std::int64_t index : indices) {
    if (index < 0 || index >= in.dims[a]) {
      throw NotMapped(fmt::format("index {} leaves an axis of {}", index, in.dims[a]));
    }
  }
  NdTensor out = in;
  if (const std::optional<AxisSlice> part = as_slice(indices)) {
    std::vector<AxisSlice> parts;
    for (const std::int64_t side : in.dims) parts.push_back({0, side, 1});
    parts[a] = *part;
    out = slice(in, parts);
  } else {
    const Dims memory = memory_dims(in);
    const std::size_t place = place_of(in, axis);
    const Grouping groups = grouping_of_axis(memory, place);
    out.dims[a] = static_cast<std::int64_t>(indices.size());
    out.id = add(Gather{kAxes.at(groups.group_of(place)), out.dims[a]},
                 {viewed(in.id, shape_of(groups, memory))});
  }
  Dims dims = out.dims;
  dims.erase(dims.begin() + axis);
  dims.insert(dims.begin() + axis, index_dims.begin(), index_dims.end());
  return renamed(out, dims);
}

}  // namespace h4h::workloads
