#include <array>
#include <vector>

#include "workloads/fuse/patterns.hpp"
#include "workloads/fuse/view.hpp"

namespace h4h::workloads {

namespace {

bool is_same_shape(const NetworkEdit& edit, std::size_t i) {
  return std::holds_alternative<Reshape>(edit.op(i)) &&
         edit.shape(edit.layer(i).inputs.front()) == edit.shape(edit.layer(i).output);
}

// A reshape of a reshape is one; one back to the shape it came from is none. Those that the file
// has stay, unless they change no shape together; who reads one that changes none reads past it.
void join_reshapes(NetworkEdit& edit, std::size_t i) {
  std::vector<TensorId> inputs = edit.layer(i).inputs;
  const bool is_reshape = std::holds_alternative<Reshape>(edit.op(i));
  for (TensorId& input : inputs) {
    const TensorId behind = edit.behind_views(input);
    const auto made_by = edit.maker(input);
    const bool stays = made_by && edit.layer(*made_by).file_index &&
                       (is_reshape || !is_same_shape(edit, *made_by));
    const bool is_undone = is_reshape && edit.shape(behind) == edit.shape(edit.layer(i).output);
    const bool may_go = is_reshape || edit.shape(behind) == edit.shape(input);
    if (is_undone || (!stays && may_go)) input = behind;
  }
  if (inputs != edit.layer(i).inputs) edit.replace(i, edit.op(i), inputs, edit.layer(i).name);
}

// A transpose behind others: what all of them do together, where that is less.
void join_transposes(NetworkEdit& edit, std::size_t i) {
  const TensorId output = edit.layer(i).output;
  const View view = view_of(edit, output, Through::views);
  const std::vector<Run> runs = view.runs();
  const int needed = joined(runs).size() < 2 ? 0 : 1;
  if (view.transposes <= needed) return;
  const Shape shape = edit.shape(output);
  const auto made = arranged(edit, i, view.base, runs, shape);
  if (made) edit.replace(i, Reshape{shape}, {*made}, edit.layer(i).name);
}

// Operators that make each pixel of its own, and one elementwise operator with a constant.
bool is_by_pixel(const NetworkEdit& edit, std::size_t i) {
  const Op& op = edit.op(i);
  if (is_same_shape(edit, i)) return true;
  if (const auto* linear = std::get_if<Linear>(&op)) return linear->per_token;
  if (std::holds_alternative<Elementwise>(op)) return edit.layer(i).inputs.size() == 1;
  return std::holds_alternative<Unary>(op) || std::holds_alternative<Activate>(op) ||
         std::holds_alternative<LayerNorm>(op) || std::holds_alternative<Softmax>(op) ||
         std::holds_alternative<LeakyRelu>(op);
}

bool swaps_height_and_width(const NetworkEdit& edit, std::size_t i) {
  constexpr std::array<Axis, 3> kSwapped{Axis::width, Axis::height, Axis::channels};
  const auto* transpose = std::get_if<Transpose>(&edit.op(i));
  return transpose != nullptr && transpose->order == kSwapped;
}

// Layers between a transpose of pixels and one back, which work pixel by pixel, do so without.
void undo_around_pixels(NetworkEdit& edit, std::size_t first) {
  std::vector<std::size_t> between;
  auto last = edit.sole_reader(first);
  while (last && is_by_pixel(edit, *last)) {
    between.push_back(*last);
    last = edit.sole_reader(*last);
  }
  if (!last || between.empty() || !swaps_height_and_width(edit, *last)) return;
  TensorId tensor = edit.layer(first).inputs.front();
  for (const std::size_t i : between) {
    if (!is_same_shape(edit, i)) tensor = edit.insert_as(i, edit.op(i), {tensor});
  }
  edit.replace(*last, Reshape{edit.shape(tensor)}, {tensor}, edit.layer(*last).name);
}

}  // namespace

void fuse_views(NetworkEdit& edit) {
  const auto every = [&](auto step) {
    for (std::size_t i = 0, count = edit.layers(); i < count; ++i) {
      if (!edit.is_gone(i)) step(edit, i);
    }
  };
  every([](NetworkEdit& e, std::size_t i) {
    if (std::holds_alternative<Transpose>(e.op(i))) join_transposes(e, i);
  });
  every(join_reshapes);
  every([](NetworkEdit& e, std::size_t i) {
    if (swaps_height_and_width(e, i)) undo_around_pixels(e, i);
  });
  every(join_reshapes);
}

}  // namespace h4h::workloads
