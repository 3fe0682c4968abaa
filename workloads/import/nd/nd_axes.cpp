#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/grouping.hpp"
#include "workloads/import/nd/nd_graph.hpp"

// Operators along some of the axes.
namespace h4h::workloads {
namespace {

Dims without(const Dims& dims, const std::vector<int>& axes) {
  Dims out;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (std::find(axes.begin(), axes.end(), static_cast<int>(i)) == axes.end()) {
      out.push_back(dims[i]);
    }
  }
  return out;
}

// Which axes of memory go, and their extents.
struct Reduced {
  Dims memory;
  std::vector<int> kinds;  // 1: goes

  // Whether a group goes: what in it is more than 1 or, where nothing is, any of it.
  bool goes(const Grouping::Span& span) const {
    const bool is_one = product(memory, span.first, span.last) == 1;
    for (std::size_t i = span.first; i < span.last; ++i) {
      if (kinds[i] == 1 && (is_one || memory[i] != 1)) return true;
    }
    return false;
  }
  // The fastest axes that go and are neighbours, with what is before and behind them.
  Grouping fastest_run() const {
    std::size_t last = memory.size();
    while (last > 0 && (kinds[last - 1] == 0 || memory[last - 1] == 1)) --last;
    std::size_t first = last;
    while (first > 0 && (kinds[first - 1] == 1 || memory[first - 1] == 1)) --first;
    return {{{{0, first}, {first, last}, {last, memory.size()}}}};
  }
};

Reduced reduced_axes(const NdTensor& t, const std::vector<int>& axes) {
  Reduced reduced{memory_dims(t), {}};
  for (const int axis : t.order) {
    reduced.kinds.push_back(std::find(axes.begin(), axes.end(), axis) != axes.end() ? 1 : 0);
  }
  return reduced;
}

}  // namespace

NdTensor NdGraph::along(const NdTensor& in, int axis, const Op& op) {
  if (axis < 0 || axis >= in.rank()) throw NotMapped("a single value has no axis");
  std::vector<int> order;
  for (const int other : in.order) {
    if (other != axis) order.push_back(other);
  }
  order.push_back(axis);
  NdTensor out = reordered(in, order);
  out.id = add(op, {viewed(out.id, pixels_of(out))});
  out.dims[static_cast<std::size_t>(axis)] = shape(out.id).channels;
  return out;
}

// Every row of the fastest axis is a pixel.
Shape NdGraph::pixels_of(const NdTensor& tensor) {
  const Shape shape = feature_shape(tensor);
  const std::int64_t channels = tensor.dims.at(static_cast<std::size_t>(tensor.order.back()));
  if (shape.channels != channels) {
    throw NotMapped(fmt::format("{} channels are too many", channels));
  }
  return shape;
}

NdTensor NdGraph::along_from(const NdTensor& in, int first_axis, const Op& op) {
  if (first_axis + 1 == in.rank()) return along(in, first_axis, op);
  NdTensor out = reordered(in, file_order(in.dims.size()));
  const auto first = static_cast<std::size_t>(first_axis);
  const Grouping groups{{{{0, 0}, {0, first}, {first, in.dims.size()}}}};
  out.id = add(op, {viewed(out.id, shape_of(groups, in.dims))});
  return out;
}

NdTensor NdGraph::reduce(const NdTensor& in, const std::vector<int>& axes, bool keep_dims,
                         const Reduction& make) {
  NdTensor out = in;
  for (bool is_done = false; !is_done;) {
    const Reduced reduced = reduced_axes(out, axes);
    const std::optional<Grouping> all = group_by_kind(reduced.memory, reduced.kinds);
    const Grouping groups = all ? *all : reduced.fastest_run();
    const auto goes = [&](std::size_t g) { return reduced.goes(groups.spans.at(g)); };
    const bool height = goes(0), width = goes(1), channels = goes(2);
    is_done = all.has_value();
    if (!height && !width && !channels) continue;
    const Op op = all ? make(height, width, channels) : make(false, true, false);
    out.id = add(op, {viewed(out.id, shape_of(groups, reduced.memory))});
    for (std::size_t i = 0; i < reduced.kinds.size(); ++i) {
      const bool in_group = all || groups.group_of(i) == 1;
      if (reduced.kinds[i] == 1 && in_group) out.dims[static_cast<std::size_t>(out.order[i])] = 1;
    }
  }
  return keep_dims ? out : renamed(out, without(out.dims, axes));
}

NdTensor NdGraph::arg(const NdTensor& in, int axis, bool keep_dims, ArgKind kind) {
  const Dims memory = memory_dims(in);
  const std::size_t place = place_of(in, axis);
  const Grouping groups = grouping_of_axis(memory, place);
  NdTensor out = in;
  const Axis which = kAxes.at(groups.group_of(place));
  out.id = add(ArgMax{kind, which}, {viewed(in.id, shape_of(groups, memory))});
  out.dims[static_cast<std::size_t>(axis)] = 1;
  return keep_dims ? out : renamed(out, without(out.dims, {axis}));
}

}  // namespace h4h::workloads
