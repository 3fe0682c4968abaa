#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/grouping.hpp"
#include "workloads/import/nd/nd_graph.hpp"

// Reshape and transpose: what is a view, and what moves data.
namespace h4h::workloads {
namespace {

// Axes [old_first, old_last) of a tensor that become axes [new_first, new_last).
struct Fold {
  std::size_t old_first, old_last, new_first, new_last;
};

// The least runs of axes with the same number of elements before and after.
std::vector<Fold> folds(const Dims& before, const Dims& after) {
  std::vector<Fold> all;
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    Fold fold{i, i, j, j};
    std::int64_t old_count = i < before.size() ? before[i++] : 1;
    std::int64_t new_count = j < after.size() ? after[j++] : 1;
    while (old_count != new_count) {
      if (old_count < new_count) {
        old_count *= before.at(i++);
      } else {
        new_count *= after.at(j++);
      }
    }
    fold.old_last = i;
    fold.new_last = j;
    all.push_back(fold);
  }
  return all;
}

// Where a run of axes is one run of memory, its place there; nullopt where memory tears it apart or
// turns it round.
std::optional<std::size_t> place_in_memory(const NdTensor& tensor, const Fold& fold) {
  std::optional<std::size_t> first;
  std::size_t expected = 0;
  std::vector<int> run;  // axes of the run in memory order, ones left out, with their places
  std::vector<std::size_t> places;
  std::size_t place = 0;
  for (const int axis : tensor.order) {
    const auto a = static_cast<std::size_t>(axis);
    if (tensor.dims[a] == 1) continue;
    if (a >= fold.old_first && a < fold.old_last) {
      run.push_back(axis);
      places.push_back(place);
    }
    ++place;
  }
  if (!std::is_sorted(run.begin(), run.end())) return std::nullopt;
  for (const std::size_t p : places) {
    if (!first) first = expected = p;
    if (p != expected++) return std::nullopt;
  }
  return first.value_or(0);
}

// The order of `dims` over the memory of a tensor; nullopt where data must move first.
std::optional<std::vector<int>> order_of(const NdTensor& tensor, const Dims& dims) {
  struct Placed {
    std::size_t place, rank;
    Fold fold;
  };
  std::vector<Placed> placed;
  std::size_t last = 0;  // runs of ones stay with what is before them in the file
  for (const Fold& fold : folds(tensor.dims, dims)) {
    const std::optional<std::size_t> place = place_in_memory(tensor, fold);
    if (!place) return std::nullopt;
    const bool is_one = product(tensor.dims, fold.old_first, fold.old_last) == 1;
    if (!is_one) last = *place;
    placed.push_back({last, placed.size(), fold});
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::pair(a.place, a.rank) < std::pair(b.place, b.rank);
  });
  std::vector<int> order;
  for (const Placed& p : placed) {
    for (std::size_t j = p.fold.new_first; j < p.fold.new_last; ++j) {
      order.push_back(static_cast<int>(j));
    }
  }
  return order;
}

// Axes of extent 1 left out.
std::vector<int> real_axes(const Dims& dims, const std::vector<int>& order) {
  std::vector<int> real;
  for (const int axis : order) {
    if (dims.at(static_cast<std::size_t>(axis)) != 1) real.push_back(axis);
  }
  return real;
}

// One transpose of the usual height, width and channels, where each stays in one piece.
std::optional<std::array<Axis, 3>> usual_transpose(const NdTensor& in,
                                                   const std::vector<int>& order) {
  const Grouping usual = usual_grouping(in.dims.size());
  const Dims memory = memory_dims(in);
  std::vector<int> expected, group_order;
  for (const int axis : order) {
    const auto at = static_cast<std::size_t>(std::find(in.order.begin(), in.order.end(), axis) -
                                             in.order.begin());
    const std::size_t g = usual.group_of(at);
    const Grouping::Span& span = usual.spans[g];
    const bool stands_for_group =
        product(memory, span.first, span.last) == 1 ? at + 1 == span.last : memory[at] != 1;
    if (!stands_for_group) continue;
    if (group_order.empty() || group_order.back() != static_cast<int>(g)) {
      group_order.push_back(static_cast<int>(g));
    }
  }
  for (int g = 0; g < 3; ++g) {
    const Grouping::Span& span = usual.spans[static_cast<std::size_t>(g)];
    if (span.first == span.last) group_order.insert(group_order.begin(), g);
  }
  if (group_order.size() != 3) return std::nullopt;
  std::array<Axis, 3> axes{};
  std::vector<int> moved;  // what memory then holds
  for (std::size_t k = 0; k < 3; ++k) {
    axes.at(k) = kAxes.at(static_cast<std::size_t>(group_order[k]));
    const Grouping::Span& span = usual.spans[static_cast<std::size_t>(group_order[k])];
    moved.insert(moved.end(), in.order.begin() + static_cast<std::ptrdiff_t>(span.first),
                 in.order.begin() + static_cast<std::ptrdiff_t>(span.last));
  }
  if (real_axes(in.dims, moved) != real_axes(in.dims, order)) return std::nullopt;
  return axes;
}

// Neighbours that stay neighbours are one block. blocks: their extents in memory; order: the blocks
// as they shall lie.
struct Blocks {
  Dims extents;
  std::vector<int> order;
};

Blocks blocks_of(const NdTensor& in, const std::vector<int>& order) {
  const std::vector<int> from = real_axes(in.dims, in.order), to = real_axes(in.dims, order);
  const auto place = [&](int axis) { return std::find(to.begin(), to.end(), axis) - to.begin(); };
  Blocks blocks;
  std::vector<std::ptrdiff_t> starts;  // of each block in the target
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::int64_t extent = in.dims.at(static_cast<std::size_t>(from[i]));
    if (i > 0 && place(from[i]) == place(from[i - 1]) + 1) {
      blocks.extents.back() *= extent;
    } else {
      blocks.extents.push_back(extent);
      starts.push_back(place(from[i]));
    }
  }
  blocks.order = file_order(starts.size());
  std::sort(blocks.order.begin(), blocks.order.end(), [&](int a, int b) {
    return starts.at(static_cast<std::size_t>(a)) < starts.at(static_cast<std::size_t>(b));
  });
  return blocks;
}

}  // namespace

NdTensor NdGraph::renamed(const NdTensor& in, const Dims& dims) {
  if (elements(in.dims) != elements(dims)) {
    throw NotMapped(fmt::format("reshape of {} to {} changes the number of elements",
                                dims_text(in.dims), dims_text(dims)));
  }
  if (std::optional<std::vector<int>> order = order_of(in, dims)) {
    return {in.id, dims, *std::move(order)};
  }
  return {reordered(in, file_order(in.dims.size())).id, dims, file_order(dims.size())};
}

NdTensor NdGraph::reshape(const NdTensor& in, const Dims& dims) {
  NdTensor out = renamed(in, dims);
  out.id = add(Reshape{feature_shape(out)}, {out.id});
  return out;
}

NdTensor NdGraph::transpose(const NdTensor& in, const std::vector<int>& permutation,
                            TransposeAs as) {
  std::vector<int> sorted = permutation;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != file_order(in.dims.size())) {
    throw NotMapped(
        fmt::format("({}) is no order of {} axes", fmt::join(permutation, ","), in.dims.size()));
  }
  NdTensor out{in.id, {}, std::vector<int>(in.order.size())};
  std::vector<int> new_axis(permutation.size());
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    out.dims.push_back(in.dims[static_cast<std::size_t>(permutation[i])]);
    new_axis[static_cast<std::size_t>(permutation[i])] = static_cast<int>(i);
  }
  std::transform(in.order.begin(), in.order.end(), out.order.begin(),
                 [&](int axis) { return new_axis[static_cast<std::size_t>(axis)]; });
  if (as == TransposeAs::view) return out;
  out = reordered(out, file_order(out.dims.size()));
  if (out.id == in.id) out.id = add(Reshape{feature_shape(out)}, {in.id});
  return out;
}

NdTensor NdGraph::reordered(const NdTensor& in, const std::vector<int>& order) {
  NdTensor out{in.id, in.dims, order};
  if (real_axes(in.dims, in.order) == real_axes(in.dims, order)) return out;
  if (const auto axes = usual_transpose(in, order)) {
    const Shape usual = shape_of(usual_grouping(in.dims.size()), memory_dims(in));
    out.id = add(Transpose{*axes}, {viewed(in.id, usual)});
    return out;
  }
  const Blocks blocks = blocks_of(in, order);
  out.id = permuted(in.id, blocks.extents, blocks.order);
  return out;
}

// `order`: the blocks of memory as they shall lie.
TensorId NdGraph::permuted(TensorId id, const Dims& blocks, const std::vector<int>& order) {
  if (blocks.size() > 6) {
    throw NotMapped(fmt::format("transposes {} groups of axes; supported: 6", blocks.size()));
  }
  std::vector<int> now = file_order(blocks.size());
  for (const TransposeStep& step : transpose_steps(order)) {
    Dims extents;
    for (const int block : now) extents.push_back(blocks[static_cast<std::size_t>(block)]);
    const Shape parts{product(extents, 0, step.first_cut),
                      product(extents, step.first_cut, step.second_cut),
                      product(extents, step.second_cut, extents.size())};
    std::array<Axis, 3> axes{};
    for (std::size_t k = 0; k < 3; ++k)
      axes.at(k) = kAxes.at(static_cast<std::size_t>(step.order.at(k)));
    check_side(parts);
    id = add(Transpose{axes}, {viewed(id, parts)});
    now = after_step(now, step);
  }
  return id;
}

}  // namespace h4h::workloads
