#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace h4h::workloads::fold {

// Numbers of a file that are known when it is read: shapes, indices, sizes, and what operators of
// the file make of them (Shape, Gather, Concat, Mul, ... before a Reshape, Slice or Resize).
// `dims` as in the file, slowest axis first; no dims: a scalar. `values` in that order.
//
// Every function here and in arithmetic.hpp is pure. Negative axes count from the last. All throw
// FoldError that says what does not fit.
template <typename T>
struct Array {
  std::vector<std::int64_t> dims;
  std::vector<T> values;
};
using Integers = Array<std::int64_t>;
using Reals = Array<double>;

class FoldError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Dims = std::vector<std::int64_t>;

// The most values of an array, and its most axes: shape arithmetic has a handful of each. More is
// refused.
inline constexpr std::int64_t kMaxValues = 65536;
inline constexpr std::size_t kMaxAxes = 8;

// The values that `dims` hold, at most kMaxValues.
std::int64_t count(const Dims& dims);

// Axis `axis` of `rank`, from 0.
std::size_t axis_of(std::int64_t axis, std::size_t rank);

// A vector: one axis.
Integers vector(std::vector<std::int64_t> values);

template <typename T>
Array<T> filled(const Dims& dims, T value);

template <typename T>
Array<T> reshape(const Array<T>& array, const Dims& dims);

// New axes of size 1 at these places of the result.
Dims unsqueezed(const Dims& dims, const Dims& axes);
// Without these axes, which have size 1; no axes: without all of that size.
Dims squeezed(const Dims& dims, const Dims& axes);
// `wanted` with the one -1 in it replaced by what the others leave of `dims`; a 0 takes the size
// at its place of `dims`, unless `allow_zero`.
Dims resolved(const Dims& dims, const Dims& wanted, bool allow_zero = false);

// What a slice takes of an axis: `size` elements from `begin` on, every `stride`th, which may be
// negative.
struct Span {
  std::int64_t begin = 0, size = 0, stride = 1;
};
// The elements from `begin` to before `end` of an axis of `size`, as Python's slices: negative
// ends count from the last, ends beyond the axis are moved to it.
Span span(std::int64_t begin, std::int64_t end, std::int64_t stride, std::int64_t size);

template <typename T>
Array<T> slice(const Array<T>& array, const std::vector<Span>& spans);  // one span for each axis

// The elements at `indices` along an axis, whose place the axes of `indices` take.
template <typename T>
Array<T> gather(const Array<T>& array, const Integers& indices, std::int64_t axis);

template <typename T>
Array<T> concat(const std::vector<Array<T>>& parts, std::int64_t axis);
// Along a new axis.
template <typename T>
Array<T> pack(const std::vector<Array<T>>& parts, std::int64_t axis);

// Axis i of the result is axis order[i].
template <typename T>
Array<T> transpose(const Array<T>& array, const std::vector<std::size_t>& order);

}  // namespace h4h::workloads::fold
