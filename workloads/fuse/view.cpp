#include "workloads/fuse/view.hpp"

#include <algorithm>

#include "workloads/fuse/patterns.hpp"

namespace h4h::workloads {
namespace {

// Layers from the base to the tensor.
std::vector<std::size_t> way_to(const NetworkEdit& edit, TensorId tensor, Through through) {
  std::vector<std::size_t> way;
  for (auto made_by = edit.maker(tensor); made_by; made_by = edit.maker(tensor)) {
    const Op& op = edit.op(*made_by);
    const bool is_factor = is_elementwise(edit, *made_by, ElementwiseKind::mul, 1) ||
                           is_elementwise(edit, *made_by, ElementwiseKind::div, 1);
    if (!std::holds_alternative<Reshape>(op) && !std::holds_alternative<Transpose>(op) &&
        !(through == Through::views_and_factors && is_factor)) {
      break;
    }
    way.push_back(*made_by);
    tensor = edit.layer(*made_by).inputs.front();
  }
  std::reverse(way.begin(), way.end());
  return way;
}

std::vector<Run> run_of(std::int64_t size, std::int64_t stride) {
  if (size == 1) return {};
  return {{size, stride}};
}

std::array<std::vector<Run>, 3> dense(const Shape& shape) {
  return {run_of(shape.height, shape.width * shape.channels), run_of(shape.width, shape.channels),
          run_of(shape.channels, 1)};
}

// Takes runs off the front until they have `size` elements, splitting the last one where it is too
// long. nullopt where no split gives that size.
std::optional<std::vector<Run>> take(std::vector<Run>& runs, std::int64_t size) {
  std::vector<Run> taken;
  while (size > 1) {
    if (runs.empty()) return std::nullopt;
    Run& first = runs.front();
    if (size % first.size == 0) {
      size /= first.size;
      taken.push_back(first);
      runs.erase(runs.begin());
    } else if (first.size % size == 0) {
      taken.push_back({size, first.stride * (first.size / size)});
      first.size /= size;
      size = 1;
    } else {
      return std::nullopt;
    }
  }
  return taken;
}

}  // namespace

std::vector<Run> View::runs() const {
  std::vector<Run> all;
  for (const std::vector<Run>& axis : axes) all.insert(all.end(), axis.begin(), axis.end());
  return all;
}

View view_of(const NetworkEdit& edit, TensorId tensor, Through through) {
  const std::vector<std::size_t> way = way_to(edit, tensor, through);
  const TensorId first = way.empty() ? tensor : edit.layer(way.front()).inputs.front();
  View view{first, dense(edit.shape(first)), 0};
  for (const std::size_t i : way) {
    const Shape made = edit.shape(edit.layer(i).output);
    if (const auto* transpose = std::get_if<Transpose>(&edit.op(i))) {
      const auto before = view.axes;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        view.axes.at(axis) = before.at(static_cast<std::size_t>(transpose->order.at(axis)));
      }
      ++view.transposes;
      continue;
    }
    std::vector<Run> runs = joined(view.runs());
    const auto height = take(runs, made.height), width = height ? take(runs, made.width) : height,
               channels = width ? take(runs, made.channels) : width;
    if (channels) {
      view.axes = {*height, *width, *channels};
    } else {  // a new beginning
      view = {edit.layer(i).output, dense(made), 0};
    }
  }
  return view;
}

std::vector<Run> joined(const std::vector<Run>& runs) {
  std::vector<Run> all;
  for (const Run& run : runs) {
    if (run.size == 1) continue;
    if (!all.empty() && all.back().stride == run.size * run.stride) {
      all.back() = {all.back().size * run.size, run.stride};
    } else {
      all.push_back(run);
    }
  }
  return all;
}

std::optional<TensorId> arranged(NetworkEdit& edit, std::size_t before, TensorId base,
                                 const std::vector<Run>& runs, const Shape& shape) {
  constexpr std::int64_t kMaxSide = 65536;  // of a tensor (ir/network.cpp)
  const std::vector<Run> blocks = joined(runs);
  if (blocks.size() > 3) return std::nullopt;
  const auto as = [&](TensorId tensor, const Shape& wanted) {
    return edit.shape(tensor) == wanted ? tensor : edit.insert(before, Reshape{wanted}, {tensor});
  };
  if (blocks.size() < 2) return as(base, shape);
  std::vector<std::size_t> in_base(blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].size > kMaxSide) return std::nullopt;
    in_base[i] = i;
  }
  std::sort(in_base.begin(), in_base.end(),
            [&](std::size_t a, std::size_t b) { return blocks[a].stride > blocks[b].stride; });
  // Two blocks are width and channels.
  const std::size_t ahead = 3 - blocks.size();
  std::array<std::int64_t, 3> sides{1, 1, 1};
  Transpose op;
  for (std::size_t place = 0; place < blocks.size(); ++place) {
    sides.at(ahead + place) = blocks[in_base[place]].size;
    op.order.at(ahead + in_base[place]) = kAxes.at(ahead + place);
  }
  const TensorId seen = as(base, {sides[0], sides[1], sides[2]});
  return as(edit.insert(before, op, {seen}), shape);
}

}  // namespace h4h::workloads
