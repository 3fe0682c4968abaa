#include "workloads/import/onnx/folding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "workloads/import/fold/arithmetic.hpp"
#include "workloads/import/onnx/arguments.hpp"

namespace h4h::workloads::onnx {
namespace {

// A constant of which nothing but the shape is known.
Constant shaped(Dims dims, ElementType type) { return {std::move(dims), type, {}, {}, {}}; }

// `change` of the values, where they are known.
template <typename F>
Constant changed(const Constant& in, const Dims& dims, F change) {
  Constant out = shaped(dims, in.type);
  if (in.integers) out.integers = change(*in.integers);
  if (in.reals) out.reals = change(*in.reals);
  return out;
}

// Whether values of these dimensions are worth computing.
bool is_few(const Dims& dims) {
  std::int64_t count = 1;
  for (const std::int64_t side : dims) {
    if (side < 0 || side > fold::kMaxValues || (count *= side) > fold::kMaxValues) return false;
  }
  return dims.size() <= fold::kMaxAxes;
}

std::optional<fold::Reals> reals_of(const Constant& in) {
  if (in.reals) return in.reals;
  if (in.integers) return fold::to_reals(*in.integers);
  return std::nullopt;
}

// ---- what a node makes of its constants ----

Constant value(const Operator& op) {
  if (const Attribute* tensor = op.attribute("value"); tensor != nullptr && tensor->t) {
    return constant_of(*tensor->t);
  }
  if (const Attribute* one = op.attribute("value_int"))
    return constant_of(fold::Integers{{}, {one->i}});
  if (const auto list = op.list("value_ints")) return constant_of(fold::vector(*list));
  if (const Attribute* one = op.attribute("value_float")) {
    Constant constant = shaped({}, ElementType::float32);
    constant.reals = fold::Reals{{}, {static_cast<double>(one->f)}};
    return constant;
  }
  if (const Attribute* many = op.attribute("value_floats")) {
    Constant constant =
        shaped({static_cast<std::int64_t>(many->floats.size())}, ElementType::float32);
    constant.reals = fold::Reals{constant.dims, {many->floats.begin(), many->floats.end()}};
    return constant;
  }
  throw NotMapped("a constant without a value that is supported");
}

Constant shape(const Operator& op) {
  const Dims dims = op.dims(0);
  const auto size = static_cast<std::int64_t>(dims.size());
  const fold::Span part = fold::span(op.integer("start", 0), op.integer("end", size), 1, size);
  return constant_of(fold::slice(fold::vector(dims), {part}));
}

Constant size(const Operator& op) {
  return constant_of(fold::Integers{{}, {elements(op.dims(0))}});
}

Constant constant_of_shape(const Operator& op) {
  const Dims dims = op.integers(0);
  Constant one = shaped({}, ElementType::float32);
  one.reals = fold::Reals{{}, {0}};
  if (const Attribute* given = op.attribute("value"); given != nullptr && given->t) {
    one = constant_of(*given->t);
  }
  const bool is_known = !one.dims.empty() ? one.dims == Dims{1} : one.integers || one.reals;
  if (!is_few(dims) || !is_known) return shaped(dims, one.type);
  return changed(one, dims,
                 [&](const auto& array) { return fold::filled(dims, array.values.at(0)); });
}

Constant same(const Operator& op) { return op.constant(0); }

// Values in another type: weights stay what they are, the scale changes no cost.
Constant dequantized(const Operator& op) {
  Constant out = shaped(op.dims(0), ElementType::float32);
  out.stored = op.constant(0).stored;
  if (out.stored && op.is_constant(2) && op.constant(2).stored) {
    out.stored->zero_point = op.constant(2).stored->file;
  }
  return out;
}

Constant quantized(const Operator& op) {
  Constant out = shaped(op.dims(0), ElementType::int8);
  out.stored = op.constant(0).stored;
  return out;
}

Constant cast(const Operator& op) {
  const Constant& in = op.constant(0);
  const auto to = static_cast<ElementType>(op.integer("to", 0));
  Constant out = shaped(in.dims, to);
  out.stored = in.stored;
  if (is_real(to)) out.reals = reals_of(in);
  if (!is_real(to) && in.integers) out.integers = in.integers;
  if (!is_real(to) && in.reals) out.integers = fold::to_integers(*in.reals);
  if (to == ElementType::boolean && out.integers) {
    for (std::int64_t& one : out.integers->values) one = one != 0 ? 1 : 0;
  }
  return out;
}

Constant reshape(const Operator& op) { return reshaped(op.constant(0), reshaped_dims(op)); }

Constant transpose(const Operator& op) {
  return transposed(op.constant(0), permutation(op, op.dims(0).size()));
}

Constant slice(const Operator& op) {
  const std::vector<fold::Span> spans = slice_spans(op);
  Dims dims;
  for (const fold::Span& one : spans) dims.push_back(one.size);
  return changed(op.constant(0), dims,
                 [&](const auto& array) { return fold::slice(array, spans); });
}

Constant gather(const Operator& op) {
  const Constant& data = op.constant(0);
  const Constant& indices = op.constant(1);
  const std::int64_t axis = op.integer("axis", 0);
  const auto at = static_cast<std::ptrdiff_t>(fold::axis_of(axis, data.dims.size()));
  Dims dims(data.dims.begin(), data.dims.begin() + at);
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), data.dims.begin() + at + 1, data.dims.end());
  if (!indices.integers) return shaped(dims, data.type);
  return changed(data, dims,
                 [&](const auto& array) { return fold::gather(array, *indices.integers, axis); });
}

template <typename Array>
const std::optional<Array>& values_of(const Constant& in) {
  if constexpr (std::is_same_v<Array, fold::Integers>) {
    return in.integers;
  } else {
    return in.reals;
  }
}

// The parts' values, where all of them are known as this type.
template <typename Array>
std::optional<std::vector<Array>> parts_of(const Operator& op) {
  std::vector<Array> parts;
  for (std::size_t i = 0; i < op.inputs(); ++i) {
    const std::optional<Array>& part = values_of<Array>(op.constant(i));
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  return parts;
}

Constant concat(const Operator& op) {
  const std::int64_t axis = op.integer("axis", 0);
  Dims dims = op.dims(0);
  const std::size_t at = fold::axis_of(axis, dims.size());
  for (std::size_t i = 1; i < op.inputs(); ++i) {
    const Dims part = op.dims(i);
    if (part.size() != dims.size()) throw NotMapped("parts of different ranks");
    dims[at] += part[at];
  }
  Constant out = shaped(dims, op.constant(0).type);
  if (const auto parts = parts_of<fold::Integers>(op)) out.integers = fold::concat(*parts, axis);
  if (const auto parts = parts_of<fold::Reals>(op)) out.reals = fold::concat(*parts, axis);
  return out;
}

Constant expand(const Operator& op) {
  const Dims dims = fold::broadcast(op.dims(0), op.integers(1));
  Constant out = shaped(dims, op.constant(0).type);
  if (!is_few(dims)) return out;
  return changed(op.constant(0), dims,
                 [&](const auto& array) { return fold::expand(array, dims); });
}

template <fold::Binary function>
Constant binary(const Operator& op) {
  Constant out = op.constant(0);
  for (std::size_t i = 1; i < op.inputs(); ++i) {
    const Constant& other = op.constant(i);
    const Dims dims = fold::broadcast(out.dims, other.dims);
    Constant next = shaped(dims, out.type);
    if (is_few(dims) && out.integers && other.integers) {
      next.integers = fold::apply(function, *out.integers, *other.integers);
    } else if (const auto a = reals_of(out), b = reals_of(other); is_few(dims) && a && b) {
      next.reals = fold::apply(function, *a, *b);
    }
    out = std::move(next);
  }
  return out;
}

template <fold::Comparison comparison>
Constant compare(const Operator& op) {
  const Dims dims = fold::broadcast(op.dims(0), op.dims(1));
  Constant out = shaped(dims, ElementType::boolean);
  const Constant &a = op.constant(0), &b = op.constant(1);
  if (!is_few(dims)) return out;
  if (a.integers && b.integers) out.integers = fold::compare(comparison, *a.integers, *b.integers);
  if (a.reals && b.reals) out.integers = fold::compare(comparison, *a.reals, *b.reals);
  return out;
}

Constant negation(const Operator& op) {
  return changed(op.constant(0), op.dims(0), [](auto array) {
    for (auto& one : array.values) one = one == 0 ? 1 : 0;
    return array;
  });
}

Constant where(const Operator& op) {
  const Dims dims = fold::broadcast(op.dims(0), fold::broadcast(op.dims(1), op.dims(2)));
  Constant out = shaped(dims, op.constant(1).type);
  const Constant &a = op.constant(1), &b = op.constant(2);
  const auto& condition = op.constant(0).integers;
  if (!is_few(dims) || !condition) return out;
  if (a.integers && b.integers) out.integers = fold::where(*condition, *a.integers, *b.integers);
  if (a.reals && b.reals) out.reals = fold::where(*condition, *a.reals, *b.reals);
  return out;
}

template <fold::Unary function>
Constant unary(const Operator& op) {
  return changed(op.constant(0), op.dims(0),
                 [](const auto& array) { return fold::apply(function, array); });
}

// Any other function of each element: of what no shape is made.
Constant unknown_values(const Operator& op) {
  Dims dims = op.dims(0);
  for (std::size_t i = 1; i < op.inputs(); ++i) {
    if (op.has(i)) dims = fold::broadcast(dims, op.dims(i));
  }
  return shaped(dims, op.constant(0).type);
}

Constant unknown_elements(const Operator& op) { return shaped(op.dims(0), op.constant(0).type); }

Constant range(const Operator& op) {
  const auto one = [&](std::size_t i) {
    const std::vector<std::int64_t> values = op.integers(i);
    if (values.size() != 1) throw NotMapped("a range needs one number for each of its ends");
    return values.front();
  };
  return constant_of(fold::range(one(0), one(1), one(2)));
}

template <fold::Reduction reduction>
Constant reduce(const Operator& op) {
  const Constant& in = op.constant(0);
  const Dims axes = op.list("axes", 1).value_or(Dims{});
  const bool keep = op.integer("keepdims", 1) != 0;
  Constant out = shaped({}, in.type);
  if (!in.integers && !in.reals) throw NotMapped("a reduction of values that are not known");
  if (in.integers) out.integers = fold::reduce(reduction, *in.integers, axes, keep);
  if (in.reals) out.reals = fold::reduce(reduction, *in.reals, axes, keep);
  out.dims = in.integers ? out.integers->dims : out.reals->dims;
  return out;
}

struct Folding {
  std::string_view op;
  Constant (*compute)(const Operator& op);
  bool needs_values = true;  // false: the shapes of its inputs are enough
};

constexpr std::array kFoldings{
    Folding{"Constant", value},
    Folding{"Shape", shape, false},
    Folding{"Size", size, false},
    Folding{"ConstantOfShape", constant_of_shape},
    Folding{"Identity", same},
    Folding{"Dropout", same},
    Folding{"Cast", cast},
    Folding{"DequantizeLinear", dequantized},
    Folding{"QuantizeLinear", quantized},
    Folding{"Reshape", reshape},
    Folding{"Flatten", reshape},
    Folding{"Squeeze", reshape},
    Folding{"Unsqueeze", reshape},
    Folding{"Transpose", transpose},
    Folding{"Slice", slice},
    Folding{"Gather", gather},
    Folding{"Concat", concat},
    Folding{"Expand", expand},
    Folding{"Add", binary<fold::Binary::add>},
    Folding{"Sub", binary<fold::Binary::sub>},
    Folding{"Mul", binary<fold::Binary::mul>},
    Folding{"Div", binary<fold::Binary::div>},
    Folding{"Mod", binary<fold::Binary::mod>},
    Folding{"Pow", binary<fold::Binary::power>},
    Folding{"Min", binary<fold::Binary::min>},
    Folding{"Max", binary<fold::Binary::max>},
    Folding{"Sum", binary<fold::Binary::add>},
    Folding{"And", binary<fold::Binary::min>},
    Folding{"Or", binary<fold::Binary::max>},
    Folding{"Not", negation},
    Folding{"Equal", compare<fold::Comparison::equal>},
    Folding{"Less", compare<fold::Comparison::less>},
    Folding{"LessOrEqual", compare<fold::Comparison::less_equal>},
    Folding{"Greater", compare<fold::Comparison::greater>},
    Folding{"GreaterOrEqual", compare<fold::Comparison::greater_equal>},
    Folding{"Where", where},
    Folding{"Neg", unary<fold::Unary::neg>},
    Folding{"Abs", unary<fold::Unary::abs>},
    Folding{"Floor", unary<fold::Unary::floor>},
    Folding{"Ceil", unary<fold::Unary::ceil>},
    Folding{"Round", unary<fold::Unary::round>},
    Folding{"Sqrt", unary<fold::Unary::sqrt>},
    Folding{"Exp", unknown_values},
    Folding{"Log", unknown_values},
    Folding{"Reciprocal", unknown_values},
    Folding{"Sigmoid", unknown_values},
    Folding{"Tanh", unknown_values},
    Folding{"Relu", unknown_values},
    Folding{"Clip", unknown_elements},
    Folding{"Softmax", unknown_values},
    Folding{"Erf", unknown_values},
    Folding{"Sin", unknown_values},
    Folding{"Cos", unknown_values},
    Folding{"CumSum", unknown_elements},
    Folding{"Trilu", unknown_elements},
    Folding{"ScatterND", unknown_elements},
    Folding{"Range", range},
    Folding{"ReduceSum", reduce<fold::Reduction::sum>},
    Folding{"ReduceProd", reduce<fold::Reduction::prod>},
    Folding{"ReduceMin", reduce<fold::Reduction::min>},
    Folding{"ReduceMax", reduce<fold::Reduction::max>},
};

// Parts of a constant along an axis.
void fold_split(const Operator& op) {
  const std::vector<std::vector<fold::Span>> parts = split_spans(op);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Dims dims;
    for (const fold::Span& one : parts[i]) dims.push_back(one.size);
    op.set(i, changed(op.constant(0), dims,
                      [&](const auto& array) { return fold::slice(array, parts[i]); }));
  }
}

}  // namespace

bool fold_operator(Operator& op) {
  const std::string& name = op.node().op;
  const bool is_known = op.all_constant();
  try {
    if (name == "Split" && is_known) return fold_split(op), true;
    for (const Folding& folding : kFoldings) {
      if (folding.op != name || (folding.needs_values && !is_known)) continue;
      op.set(folding.compute(op));
      return true;
    }
  } catch (const fold::FoldError& error) {
    throw NotMapped(error.what());
  }
  if (is_known && op.inputs() > 0) throw NotMapped("not supported of constants");
  return false;
}

std::vector<std::string_view> folded_operators() {
  std::vector<std::string_view> all;
  for (const Folding& folding : kFoldings) all.push_back(folding.op);
  return all;
}

}  // namespace h4h::workloads::onnx
