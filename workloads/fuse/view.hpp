#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "workloads/fuse/edit.hpp"

namespace h4h::workloads {

// A run of elements of a tensor: `size` of them, each `stride` behind the one before it.
struct Run {
  std::int64_t size = 1, stride = 1;
};

// A tensor as reshapes and transposes make it from another: of each of its axes (height, width,
// channels) the runs, slowest first, of the base's elements. Axes of size 1 have none.
struct View {
  TensorId base = 0;
  std::array<std::vector<Run>, 3> axes;
  int transposes = 0;  // on the way

  std::vector<Run> runs() const;  // of all axes, one behind the other
};

// Through constant factors, too: whoever asks takes them over.
enum class Through { views, views_and_factors };
View view_of(const NetworkEdit& edit, TensorId tensor, Through through);

// The runs with neighbours joined that lie one inside the other in the base.
std::vector<Run> joined(const std::vector<Run>& runs);

// Layers ahead of layer `before` that bring a base's elements into the order of `runs`, all of
// them, with one transpose at most, in `shape`; nullopt where that takes more.
std::optional<TensorId> arranged(NetworkEdit& edit, std::size_t before, TensorId base,
                                 const std::vector<Run>& runs, const Shape& shape);

}  // namespace h4h::workloads
