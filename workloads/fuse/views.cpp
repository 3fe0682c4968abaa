#include "workloads/fuse/patterns.hpp"
#include "workloads/fuse/view.hpp"

namespace h4h::workloads {

// A transpose behind others: what all of them do together, where that is less.
void fuse_views(NetworkEdit& edit) {
  const std::size_t count = edit.layers();
  for (std::size_t i = 0; i < count; ++i) {
    if (edit.is_gone(i) || !std::holds_alternative<Transpose>(edit.op(i))) continue;
    const TensorId output = edit.layer(i).output;
    const View view = view_of(edit, output, Through::views);
    const std::vector<Run> runs = view.runs();
    const int needed = joined(runs).size() < 2 ? 0 : 1;
    if (view.transposes <= needed) continue;
    const Shape shape = edit.shape(output);
    const auto made = arranged(edit, i, view.base, runs, shape);
    if (made) edit.replace(i, Reshape{shape}, {*made}, edit.layer(i).name);
  }
}

}  // namespace h4h::workloads
