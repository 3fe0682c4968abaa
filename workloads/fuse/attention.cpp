#include <algorithm>
#include <optional>
#include <vector>

#include "workloads/fuse/patterns.hpp"
#include "workloads/fuse/view.hpp"

// Attention that is spelled as two products with a softmax between them.
namespace h4h::workloads {
namespace {

// What an operand of a product is of: groups (heads, and sequences that do not see each other),
// tokens, and channels of a head.
struct Operand {
  View view;
  std::size_t groups = 0, tokens = 1, channels = 2;  // the axes of `view`

  const std::vector<Run>& axis(std::size_t i) const { return view.axes.at(i); }
};

struct Sizes {
  std::int64_t groups = 1, tokens = 1, channels = 1;
};

// The layers that spell an attention; `values` makes its output.
struct Spelling {
  std::size_t scores = 0, values = 0;
  Parts parts;
};

const MatMul* as_matmul(const NetworkEdit& edit, std::size_t i) {
  return std::get_if<MatMul>(&edit.op(i));
}

// From the second product back to the first, through the softmax and what constants do to scores.
std::optional<Spelling> spelling(const NetworkEdit& edit, std::size_t values) {
  Spelling found{0, values, Parts(edit)};
  auto made_by = found.parts.take(edit.layer(values).inputs[0]);
  const auto* softmax = made_by ? std::get_if<Softmax>(&edit.op(*made_by)) : nullptr;
  if (softmax == nullptr || softmax->kind != SoftmaxKind::softmax) return std::nullopt;
  constexpr int kMostSteps = 4;  // scale, mask, bias
  for (int step = 0; step <= kMostSteps; ++step) {
    made_by = found.parts.take(edit.layer(*made_by).inputs.front());
    if (!made_by) return std::nullopt;
    if (as_matmul(edit, *made_by) != nullptr) {
      found.scores = *made_by;
      if (!found.parts.are_closed(values)) return std::nullopt;
      return found;
    }
    const bool is_constant = std::holds_alternative<Elementwise>(edit.op(*made_by)) &&
                             edit.layer(*made_by).inputs.size() == 1;
    if (!is_constant) return std::nullopt;
  }
  return std::nullopt;
}

// Elements in the order tokens, groups, channels: those of the attention's tensors.
std::vector<Run> by_token(const Operand& operand) {
  std::vector<Run> runs;
  for (const std::size_t axis : {operand.tokens, operand.groups, operand.channels}) {
    runs.insert(runs.end(), operand.axis(axis).begin(), operand.axis(axis).end());
  }
  return runs;
}

bool has_sizes(const Shape& shape, const Operand& operand, const Sizes& sizes) {
  const std::array<std::int64_t, 3> sides{shape.height, shape.width, shape.channels};
  return sides.at(operand.groups) == sizes.groups && sides.at(operand.tokens) == sizes.tokens &&
         sides.at(operand.channels) == sizes.channels;
}

// Query, key and value of a spelling.
std::vector<Operand> operands(const NetworkEdit& edit, const Spelling& s) {
  const auto operand = [&](TensorId tensor, bool is_turned) {
    return Operand{view_of(edit, tensor, Through::views_and_factors), 0,
                   is_turned ? std::size_t{2} : std::size_t{1},
                   is_turned ? std::size_t{1} : std::size_t{2}};
  };
  const std::vector<TensorId>& first = edit.layer(s.scores).inputs;
  return {operand(first[0], false), operand(first[1], !as_matmul(edit, s.scores)->transposed),
          operand(edit.layer(s.values).inputs[1], as_matmul(edit, s.values)->transposed)};
}

bool fits(const NetworkEdit& edit, const Spelling& s, const std::vector<Operand>& all,
          const Sizes& sizes) {
  const std::vector<TensorId> tensors{edit.layer(s.scores).inputs[0],
                                      edit.layer(s.scores).inputs[1],
                                      edit.layer(s.values).inputs[1]};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!has_sizes(edit.shape(tensors[i]), all[i], sizes)) return false;
    if (joined(by_token(all[i])).size() > 3) return false;
  }
  const Shape scores = edit.shape(edit.layer(s.scores).output);
  const Shape weighed = edit.shape(edit.layer(s.values).inputs[0]);
  return scores == weighed && sizes.groups * sizes.channels <= 65536 && sizes.tokens <= 65536;
}

// That of the maps which query, key and value are seen of, where their pixels are the tokens, in
// order, and their channels those of the heads; else tokens x 1.
Shape shape_of(const NetworkEdit& edit, const std::vector<Operand>& all, const Sizes& sizes) {
  const Shape map = edit.shape(all.front().view.base);
  const Shape otherwise{sizes.tokens, 1, sizes.groups * sizes.channels};
  if (map.pixels() != otherwise.height || map.channels != otherwise.channels) return otherwise;
  const bool are_maps = std::all_of(all.begin(), all.end(), [&](const Operand& operand) {
    return edit.shape(operand.view.base) == map && joined(by_token(operand)).size() < 2;
  });
  return are_maps ? map : otherwise;
}

void fuse_at(NetworkEdit& edit, std::size_t i) {
  const auto found = spelling(edit, i);
  if (!found) return;
  const TensorId output = edit.layer(i).output;
  const Shape made = edit.shape(output);  // groups x tokens x channels of a head
  const Sizes sizes{made.height, made.width, made.channels};
  const std::vector<Operand> all = operands(edit, *found);
  if (!fits(edit, *found, all, sizes)) return;
  const Shape shape = shape_of(edit, all, sizes);
  std::vector<TensorId> inputs;
  for (const Operand& operand : all) {
    const auto arranged_as = arranged(edit, i, operand.view.base, by_token(operand), shape);
    if (!arranged_as) return;
    inputs.push_back(*arranged_as);
  }
  const std::string name = edit.layer(i).name;
  const TensorId attended = edit.insert_as(i, Attention{sizes.groups}, inputs);
  // Back into the order of the second product's output.
  const TensorId heads =
      edit.insert(i, Reshape{{sizes.tokens, sizes.groups, sizes.channels}}, {attended});
  edit.replace(i, Transpose{{Axis::width, Axis::height, Axis::channels}}, {heads}, name);
}

}  // namespace

void fuse_attention(NetworkEdit& edit) {
  const std::size_t count = edit.layers();
  for (std::size_t i = 0; i < count; ++i) {
    if (!edit.is_gone(i) && as_matmul(edit, i) != nullptr) fuse_at(edit, i);
  }
}

}  // namespace h4h::workloads
