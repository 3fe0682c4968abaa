#include "workloads/import/onnx/arguments.hpp"

#include <fmt/format.h>

#include <limits>
#include <numeric>

namespace h4h::workloads::onnx {
namespace {

// Everything before `axis` as one, everything from it on as the other.
Dims flattened(const Dims& dims, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(dims.size());
  if (axis < -rank || axis > rank) throw NotMapped(fmt::format("there is no axis {}", axis));
  const auto at = dims.begin() + static_cast<std::ptrdiff_t>(axis < 0 ? axis + rank : axis);
  return {elements({dims.begin(), at}), elements({at, dims.end()})};
}

std::vector<fold::Span> whole(const Dims& dims) {
  std::vector<fold::Span> spans;
  for (const std::int64_t side : dims) spans.push_back({0, side, 1});
  return spans;
}

// The sizes of a split's parts.
Dims parts_of(const Operator& op, std::int64_t side) {
  if (const auto given = op.list("split", 1)) return *given;
  const auto count = op.integer("num_outputs", static_cast<std::int64_t>(op.node().outputs.size()));
  if (count < 1 || count > side) throw NotMapped(fmt::format("{} parts of {}", count, side));
  const std::int64_t part = (side + count - 1) / count;
  Dims parts(static_cast<std::size_t>(count), part);
  parts.back() = side - part * (count - 1);
  return parts;
}

}  // namespace

Dims reshaped_dims(const Operator& op) {
  const Dims dims = op.dims(0);
  const std::string& name = op.node().op;
  if (name == "Flatten") return flattened(dims, op.integer("axis", 1));
  if (name == "Reshape") {
    const auto wanted = op.list("shape", 1);
    if (!wanted) throw NotMapped("input 1 is missing");
    return fold::resolved(dims, *wanted, op.integer("allowzero", 0) != 0);
  }
  const Dims axes = op.list("axes", 1).value_or(Dims{});
  return name == "Squeeze" ? fold::squeezed(dims, axes) : fold::unsqueezed(dims, axes);
}

std::vector<int> permutation(const Operator& op, std::size_t rank) {
  const auto given = op.list("perm");
  std::vector<int> order(rank);
  std::iota(order.rbegin(), order.rend(), 0);
  if (!given) return order;
  std::vector<bool> seen(rank, false);
  if (given->size() != rank) throw NotMapped("perm must name every axis once");
  for (std::size_t i = 0; i < rank; ++i) {
    const std::size_t axis = fold::axis_of((*given)[i], rank);
    if (seen[axis]) throw NotMapped("perm must name every axis once");
    seen[axis] = true;
    order[i] = static_cast<int>(axis);
  }
  return order;
}

std::vector<fold::Span> slice_spans(const Operator& op) {
  const Dims dims = op.dims(0);
  const auto starts = op.list("starts", 1), ends = op.list("ends", 2);
  if (!starts || !ends || starts->size() != ends->size()) {
    throw NotMapped("starts and ends must be as many");
  }
  Dims axes(starts->size());
  std::iota(axes.begin(), axes.end(), 0);
  axes = op.list("axes", 3).value_or(axes);
  const Dims steps = op.has(4) ? op.integers(4) : Dims(axes.size(), 1);
  if (axes.size() != starts->size() || steps.size() != starts->size()) {
    throw NotMapped("starts, ends, axes and steps must be as many");
  }
  std::vector<fold::Span> spans = whole(dims);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = fold::axis_of(axes[i], dims.size());
    spans[axis] = fold::span((*starts)[i], (*ends)[i], steps[i], dims[axis]);
  }
  return spans;
}

std::vector<std::vector<fold::Span>> split_spans(const Operator& op) {
  const Dims dims = op.dims(0);
  const std::size_t axis = fold::axis_of(op.integer("axis", 0), dims.size());
  std::vector<std::vector<fold::Span>> all;
  std::int64_t begin = 0;
  for (const std::int64_t size : parts_of(op, dims[axis])) {
    if (size < 1 || size > dims[axis] - begin) {
      throw NotMapped(fmt::format("parts do not add up to {}", dims[axis]));
    }
    all.push_back(whole(dims));
    all.back()[axis] = {begin, size, 1};
    begin += size;
  }
  if (begin != dims[axis]) throw NotMapped(fmt::format("parts do not add up to {}", dims[axis]));
  return all;
}

std::vector<int> reduced_axes(const Operator& op, std::size_t rank) {
  const Dims given = op.list("axes", 1).value_or(Dims{});
  std::vector<int> axes;
  for (const std::int64_t axis : given) {
    axes.push_back(static_cast<int>(fold::axis_of(axis, rank)));
  }
  if (axes.empty() && op.integer("noop_with_empty_axes", 0) == 0) axes = file_order(rank);
  return axes;
}

}  // namespace h4h::workloads::onnx
