#include <algorithm>
#include <optional>
#include <vector>

#include "workloads/fuse/patterns.hpp"

// x times a function of x, spelled with several operators.
namespace h4h::workloads {
namespace {

// The operators of an expression of one tensor.
struct Census {
  int constants = 0;  // elementwise operators with a constant
  int products = 0, sums = 0;
  int erf = 0, tanh = 0, logistic = 0, hard_sigmoid = 0, relu6 = 0, softplus = 0, powers = 0;
};

bool count_activation(Census& census, Activation activation) {
  switch (activation) {
    case Activation::none:
      return true;
    case Activation::tanh:
      ++census.tanh;
      return true;
    case Activation::logistic:
      ++census.logistic;
      return true;
    case Activation::relu6:
      ++census.relu6;
      return true;
    case Activation::relu:
    case Activation::relu_n1_to_1:
    case Activation::hard_swish:
    case Activation::prelu:
      break;
  }
  return false;
}

bool count_unary(Census& census, UnaryKind kind) {
  if (kind == UnaryKind::erf) return ++census.erf, true;
  if (kind == UnaryKind::hard_sigmoid) return ++census.hard_sigmoid, true;
  if (kind == UnaryKind::softplus) return ++census.softplus, true;
  if (kind == UnaryKind::square || kind == UnaryKind::lookup) return ++census.powers, true;
  return false;
}

bool count_elementwise(Census& census, const Elementwise& op, std::size_t operands) {
  const bool is_sum = op.kind == ElementwiseKind::add || op.kind == ElementwiseKind::sub;
  const bool is_product = op.kind == ElementwiseKind::mul || op.kind == ElementwiseKind::div;
  if (!is_sum && !is_product) return false;
  if (operands == 1) {
    ++census.constants;
  } else {
    ++(is_sum ? census.sums : census.products);
  }
  return count_activation(census, op.activation);
}

bool count(Census& census, const Op& op, std::size_t operands) {
  if (const auto* e = std::get_if<Elementwise>(&op)) {
    return count_elementwise(census, *e, operands);
  }
  if (const auto* a = std::get_if<Activate>(&op)) {
    return a->activation != Activation::none && count_activation(census, a->activation);
  }
  if (const auto* u = std::get_if<Unary>(&op)) return count_unary(census, u->kind);
  return false;
}

// An expression that ends at layer `end`, of nothing but `x` and constants; nullopt where another
// tensor is in it, or something else reads what is in between.
std::optional<Census> census(const NetworkEdit& edit, std::size_t end, TensorId x) {
  constexpr std::size_t kMostOperators = 24;
  Parts parts(edit);
  Census found;
  std::vector<std::size_t> open{end}, seen{end};
  while (!open.empty()) {
    const Layer& layer = edit.layer(open.back());
    open.pop_back();
    if (seen.size() > kMostOperators || !count(found, layer.op, layer.inputs.size())) return {};
    for (const TensorId input : layer.inputs) {
      if (edit.behind_views(input) == x) continue;
      const auto made_by = parts.take(input);
      if (!made_by) return std::nullopt;
      if (std::find(seen.begin(), seen.end(), *made_by) != seen.end()) continue;
      seen.push_back(*made_by);
      open.push_back(*made_by);
    }
  }
  if (!parts.are_closed(end)) return std::nullopt;
  return found;
}

// What an expression is, by its operators.
//   gelu        x / 2 (1 + erf(x / sqrt 2)); x / 2 (1 + tanh(a (x + b x^3))); x logistic(1.702 x)
//   silu        x logistic(x)
//   mish        x tanh(softplus(x))
//   hard_swish  x relu6(x + 3) / 6; x hard_sigmoid(x)
std::optional<Op> function_of(const Census& c) {
  const int functions = c.erf + c.tanh + c.logistic + c.hard_sigmoid + c.relu6;
  if (functions != 1) return std::nullopt;
  const bool is_plain = c.products == 1 && c.sums == 0 && c.powers == 0;
  if (c.softplus > 0) {
    if (c.softplus == 1 && c.tanh == 1 && is_plain && c.constants == 0) {
      return Unary{UnaryKind::mish};
    }
    return std::nullopt;
  }
  if (c.erf == 1 && is_plain && c.constants == 3) return Unary{UnaryKind::gelu};
  if (c.tanh == 1 && c.products + c.powers >= 2 && c.products <= 4 && c.powers <= 1 &&
      c.sums <= 1 && (c.constants == 4 || (c.constants == 5 && c.sums == 0))) {
    return Unary{UnaryKind::gelu};
  }
  if (c.logistic == 1 && is_plain && c.constants <= 1) {
    return Unary{c.constants == 0 ? UnaryKind::silu : UnaryKind::gelu};
  }
  const bool is_hard =
      is_plain && ((c.hard_sigmoid == 1 && c.constants == 0) || (c.relu6 == 1 && c.constants == 2));
  if (is_hard) return Activate{Activation::hard_swish};
  return std::nullopt;
}

// Layer `end` ends an expression of x that has a name.
bool fuse_expression(NetworkEdit& edit, std::size_t end, TensorId x) {
  const std::optional<Census> found = census(edit, end, x);
  if (!found) return false;
  const std::optional<Op> function = function_of(*found);
  return function && edit.replace(end, *function, {x}, edit.layer(end).name);
}

// Where x may be: an operand of the product, or what a constant makes one of.
std::vector<TensorId> candidates(const NetworkEdit& edit, std::size_t product) {
  std::vector<TensorId> all;
  for (const TensorId operand : edit.layer(product).inputs) {
    const TensorId tensor = edit.behind_views(operand);
    all.push_back(tensor);
    const auto made_by = edit.maker(tensor);
    if (!made_by || edit.layer(*made_by).inputs.size() != 1) continue;
    if (std::holds_alternative<Elementwise>(edit.op(*made_by))) {
      all.push_back(edit.behind_views(edit.layer(*made_by).inputs.front()));
    }
  }
  return all;
}

void fuse_product(NetworkEdit& edit, std::size_t product) {
  // A constant factor behind the product belongs to some spellings.
  std::vector<std::size_t> ends;
  if (const auto reader = edit.sole_reader(product)) {
    const bool is_scaled = is_elementwise(edit, *reader, ElementwiseKind::mul, 1) ||
                           is_elementwise(edit, *reader, ElementwiseKind::div, 1);
    if (is_scaled) ends.push_back(*reader);
  }
  ends.push_back(product);
  for (const TensorId x : candidates(edit, product)) {
    for (const std::size_t end : ends) {
      if (fuse_expression(edit, end, x)) return;
    }
  }
}

}  // namespace

void fuse_functions(NetworkEdit& edit) {
  for (std::size_t i = 0; i < edit.layers(); ++i) {
    if (!edit.is_gone(i) && is_elementwise(edit, i, ElementwiseKind::mul, 2)) {
      fuse_product(edit, i);
    }
  }
}

}  // namespace h4h::workloads
