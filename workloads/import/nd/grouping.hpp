#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "workloads/import/nd/nd_tensor.hpp"
#include "workloads/ir/op.hpp"

namespace h4h::workloads {

// Axes of memory, slowest first, as height, width and channels: of each the axes [first, last).
struct Grouping {
  struct Span {
    std::size_t first = 0, last = 0;
  };
  std::array<Span, 3> spans;

  // Which of the three holds an axis of memory.
  std::size_t group_of(std::size_t axis) const;
};

// The last axis is channels, the one before it width, all others height.
Grouping usual_grouping(std::size_t rank);
// Everything before `axis`, the axis, everything behind it.
Grouping grouping_around(std::size_t axis, std::size_t rank);

Shape shape_of(const Grouping& grouping, const Dims& memory);
// The product of axes [first, last).
std::int64_t product(const Dims& memory, std::size_t first, std::size_t last);

// A grouping in which every group holds axes of one kind only: the usual one where that is so, else
// neighbours of one kind together. Axes of extent 1 are of any kind. nullopt: more than three
// groups.
std::optional<Grouping> group_by_kind(const Dims& extents, const std::vector<int>& kinds);

// The usual grouping or, unless it serves, the one around `axis` (of memory). A range of the axis
// is a range of its group where nothing but ones is ahead of it there; the axis alone is its group
// where nothing but ones is behind it either.
Grouping grouping_by_range(const Dims& memory, std::size_t axis);
Grouping grouping_of_axis(const Dims& memory, std::size_t axis);

// Where an axis lies in memory.
std::size_t place_of(const NdTensor& tensor, int axis);

// Steps that bring blocks of memory from the order 0, 1, 2 ... into `order`, as few as possible.
// Each cuts what there is into three parts at two places (the first or last may be empty) and
// permutes them. `order` has at most 6 blocks.
struct TransposeStep {
  std::size_t first_cut, second_cut;
  std::array<int, 3> order;  // of the parts
};
std::vector<TransposeStep> transpose_steps(const std::vector<int>& order);

// The blocks after a step.
std::vector<int> after_step(const std::vector<int>& blocks, const TransposeStep& step);

}  // namespace h4h::workloads
