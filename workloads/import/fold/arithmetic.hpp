#pragma once

#include <cstdint>

#include "workloads/import/fold/array.hpp"

namespace h4h::workloads::fold {

// Numpy's broadcast: sizes are compared from the last axis on, 1 fits every other. Any number of
// elements: for tensors without values, too.
Dims broadcast(const Dims& a, const Dims& b);

// An array repeated along axes of size 1 until it has `dims`.
template <typename T>
Array<T> expand(const Array<T>& array, const Dims& dims);

// Integers: div rounds towards zero, floor_div and mod as Python's; what does not fit into 64 bits
// and divisions by zero are refused.
enum class Binary { add, sub, mul, div, floor_div, mod, min, max, power };
template <typename T>
Array<T> apply(Binary function, const Array<T>& a, const Array<T>& b);

// 1 where it holds, 0 elsewhere.
enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };
template <typename T>
Integers compare(Comparison comparison, const Array<T>& a, const Array<T>& b);

enum class Unary { neg, abs, floor, ceil, round, sqrt };
template <typename T>
Array<T> apply(Unary function, const Array<T>& a);

// a where the condition is not 0, b elsewhere.
template <typename T>
Array<T> where(const Integers& condition, const Array<T>& a, const Array<T>& b);

// start, start + step, ... before limit.
Integers range(std::int64_t start, std::int64_t limit, std::int64_t step);

enum class Reduction { sum, prod, min, max };
// Over `axes`, all of them where none are given. `keep`: their size becomes 1, else they go.
template <typename T>
Array<T> reduce(Reduction reduction, const Array<T>& array, const Dims& axes, bool keep);

// Towards zero; values that no integer of 64 bits holds are refused.
Integers to_integers(const Reals& array);
Reals to_reals(const Integers& array);

}  // namespace h4h::workloads::fold
