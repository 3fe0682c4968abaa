#include "workloads/import/fold/arithmetic.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "workloads/import/fold/strides.hpp"

namespace h4h::workloads::fold {
namespace {

[[noreturn]] void overflow() { throw FoldError("a result does not fit into 64 bits"); }

std::int64_t power(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) throw FoldError("an integer has a negative exponent");
  std::int64_t result = 1;
  if (base == 0 || base == 1 || exponent == 0) return exponent == 0 ? 1 : base;
  for (std::int64_t i = 0; i < exponent; ++i) {
    // |base| is 2 or more, so this ends after 63 rounds; -1 alternates for ever.
    if (base == -1) return exponent % 2 == 0 ? 1 : -1;
    if (__builtin_mul_overflow(result, base, &result)) overflow();
  }
  return result;
}

std::int64_t divide(Binary function, std::int64_t a, std::int64_t b) {
  if (b == 0) throw FoldError("a division by zero");
  if (b == -1) {
    if (function == Binary::mod) return 0;
    if (a == std::numeric_limits<std::int64_t>::min()) overflow();
    return -a;
  }
  const std::int64_t quotient = a / b, rest = a % b;
  const bool below = rest != 0 && (rest < 0) != (b < 0);
  if (function == Binary::mod) return below ? rest + b : rest;
  return function == Binary::floor_div && below ? quotient - 1 : quotient;
}

std::int64_t compute(Binary function, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool fits = true;
  switch (function) {
    case Binary::add:
      fits = !__builtin_add_overflow(a, b, &result);
      break;
    case Binary::sub:
      fits = !__builtin_sub_overflow(a, b, &result);
      break;
    case Binary::mul:
      fits = !__builtin_mul_overflow(a, b, &result);
      break;
    case Binary::div:
    case Binary::floor_div:
    case Binary::mod:
      return divide(function, a, b);
    case Binary::min:
      return std::min(a, b);
    case Binary::max:
      return std::max(a, b);
    case Binary::power:
      return power(a, b);
  }
  if (!fits) overflow();
  return result;
}

double compute(Binary function, double a, double b) {
  switch (function) {
    case Binary::add:
      return a + b;
    case Binary::sub:
      return a - b;
    case Binary::mul:
      return a * b;
    case Binary::div:
      return a / b;
    case Binary::floor_div:
      return std::floor(a / b);
    case Binary::mod:
      return a - b * std::floor(a / b);
    case Binary::min:
      return std::min(a, b);
    case Binary::max:
      return std::max(a, b);
    case Binary::power:
      return std::pow(a, b);
  }
  return 0;
}

template <typename T>
bool holds(Comparison comparison, T a, T b) {
  switch (comparison) {
    case Comparison::equal:
      return a == b;
    case Comparison::not_equal:
      return a != b;
    case Comparison::less:
      return a < b;
    case Comparison::less_equal:
      return a <= b;
    case Comparison::greater:
      return a > b;
    case Comparison::greater_equal:
      return a >= b;
  }
  return false;
}

std::int64_t compute(Unary function, std::int64_t a) {
  switch (function) {
    case Unary::neg:
      return compute(Binary::sub, std::int64_t{0}, a);
    case Unary::abs:
      return a < 0 ? compute(Unary::neg, a) : a;
    case Unary::floor:
    case Unary::ceil:
    case Unary::round:
      return a;
    case Unary::sqrt:
      throw FoldError("a root of an integer");
  }
  return a;
}

double compute(Unary function, double a) {
  switch (function) {
    case Unary::neg:
      return -a;
    case Unary::abs:
      return std::abs(a);
    case Unary::floor:
      return std::floor(a);
    case Unary::ceil:
      return std::ceil(a);
    case Unary::round:
      return std::nearbyint(a);
    case Unary::sqrt:
      return std::sqrt(a);
  }
  return a;
}

// f(a, b) of both arrays' elements, each expanded to the other's shape.
template <typename R, typename T, typename F>
Array<R> zip(const Array<T>& a, const Array<T>& b, F f) {
  const Dims dims = broadcast(a.dims, b.dims);
  const Array<T> left = expand(a, dims), right = expand(b, dims);
  Array<R> result{dims, {}};
  result.values.reserve(left.values.size());
  for (std::size_t i = 0; i < left.values.size(); ++i) {
    result.values.push_back(f(left.values[i], right.values[i]));
  }
  return result;
}

template <typename T>
T combine(Reduction reduction, T a, T b) {
  switch (reduction) {
    case Reduction::sum:
      return compute(Binary::add, a, b);
    case Reduction::prod:
      return compute(Binary::mul, a, b);
    case Reduction::min:
      return compute(Binary::min, a, b);
    case Reduction::max:
      return compute(Binary::max, a, b);
  }
  return a;
}

// Of no elements.
template <typename T>
T neutral(Reduction reduction) {
  if (reduction == Reduction::sum) return T{0};
  if (reduction == Reduction::prod) return T{1};
  throw FoldError("the least or largest of no values");
}

}  // namespace

Dims broadcast(const Dims& a, const Dims& b) {
  Dims result(std::max(a.size(), b.size()), 1);
  const auto size = [&](const Dims& dims, std::size_t from_last) {
    return from_last < dims.size() ? dims[dims.size() - 1 - from_last] : 1;
  };
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::int64_t one = size(a, i), other = size(b, i);
    if (one != other && one != 1 && other != 1) {
      throw FoldError(fmt::format("shapes [{}] and [{}] do not fit each other", fmt::join(a, ", "),
                                  fmt::join(b, ", ")));
    }
    result[result.size() - 1 - i] = one == 1 ? other : one;
  }
  return result;
}

template <typename T>
Array<T> expand(const Array<T>& array, const Dims& dims) {
  if (dims == array.dims) return array;
  if (broadcast(array.dims, dims) != dims) {
    throw FoldError(fmt::format("shape [{}] does not expand to [{}]", fmt::join(array.dims, ", "),
                                fmt::join(dims, ", ")));
  }
  const Dims own = strides(array.dims);
  Strided source{0, Dims(dims.size(), 0)};
  const std::size_t added = dims.size() - own.size();
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (array.dims[i] != 1) source.strides[added + i] = own[i];
  }
  return pick(array, dims, source);
}

template <typename T>
Array<T> apply(Binary function, const Array<T>& a, const Array<T>& b) {
  return zip<T>(a, b, [&](T left, T right) { return compute(function, left, right); });
}

template <typename T>
Integers compare(Comparison comparison, const Array<T>& a, const Array<T>& b) {
  return zip<std::int64_t>(
      a, b, [&](T left, T right) { return std::int64_t{holds(comparison, left, right) ? 1 : 0}; });
}

template <typename T>
Array<T> apply(Unary function, const Array<T>& a) {
  Array<T> result = a;
  for (T& value : result.values) value = compute(function, value);
  return result;
}

template <typename T>
Array<T> where(const Integers& condition, const Array<T>& a, const Array<T>& b) {
  const Dims dims = broadcast(condition.dims, broadcast(a.dims, b.dims));
  const Integers chosen = expand(condition, dims);
  Array<T> result = expand(a, dims);
  const Array<T> other = expand(b, dims);
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    if (chosen.values[i] == 0) result.values[i] = other.values[i];
  }
  return result;
}

Integers range(std::int64_t start, std::int64_t limit, std::int64_t step) {
  if (step == 0) throw FoldError("a range has step 0");
  std::vector<std::int64_t> values;
  for (std::int64_t at = start; step > 0 ? at < limit : at > limit;) {
    values.push_back(at);
    if (values.size() > static_cast<std::size_t>(kMaxValues)) {
      throw FoldError(fmt::format("a range has more than {} values", kMaxValues));
    }
    if (__builtin_add_overflow(at, step, &at)) break;
  }
  return vector(std::move(values));
}

template <typename T>
Array<T> reduce(Reduction reduction, const Array<T>& array, const Dims& axes, bool keep) {
  std::vector<bool> goes(array.dims.size(), axes.empty());
  for (const std::int64_t axis : axes) goes.at(axis_of(axis, array.dims.size())) = true;
  Dims kept_dims, reduced_dims, result_dims;
  std::vector<std::size_t> order;
  for (const bool reduced : {false, true}) {
    for (std::size_t i = 0; i < goes.size(); ++i) {
      if (goes[i] != reduced) continue;
      order.push_back(i);
      (reduced ? reduced_dims : kept_dims).push_back(array.dims[i]);
    }
  }
  for (std::size_t i = 0; i < goes.size(); ++i) {
    if (!goes[i] || keep) result_dims.push_back(goes[i] ? 1 : array.dims[i]);
  }
  const Array<T> sorted = transpose(array, order);
  const std::size_t run = static_cast<std::size_t>(count(reduced_dims));
  Array<T> result = filled(result_dims, T{0});
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    T& value = result.values[i];
    value = run == 0 ? neutral<T>(reduction) : sorted.values[i * run];
    for (std::size_t j = 1; j < run; ++j) {
      value = combine(reduction, value, sorted.values[i * run + j]);
    }
  }
  return result;
}

Integers to_integers(const Reals& array) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  Integers result{array.dims, {}};
  for (const double value : array.values) {
    if (!(value >= -kLimit && value < kLimit)) overflow();
    result.values.push_back(static_cast<std::int64_t>(value));
  }
  return result;
}

Reals to_reals(const Integers& array) {
  Reals result{array.dims, {}};
  for (const std::int64_t value : array.values) {
    result.values.push_back(static_cast<double>(value));
  }
  return result;
}

#define H4H_INSTANTIATE(T)                                                    \
  template Array<T> expand(const Array<T>&, const Dims&);                     \
  template Array<T> apply(Binary, const Array<T>&, const Array<T>&);          \
  template Integers compare(Comparison, const Array<T>&, const Array<T>&);    \
  template Array<T> apply(Unary, const Array<T>&);                            \
  template Array<T> where(const Integers&, const Array<T>&, const Array<T>&); \
  template Array<T> reduce(Reduction, const Array<T>&, const Dims&, bool)

H4H_INSTANTIATE(std::int64_t);
H4H_INSTANTIATE(double);
#undef H4H_INSTANTIATE

}  // namespace h4h::workloads::fold
