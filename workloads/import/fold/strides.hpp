#pragma once

#include <cstddef>
#include <cstdint>

#include "workloads/import/fold/array.hpp"

namespace h4h::workloads::fold {

// Elements between neighbours along each axis of a dense array.
inline Dims strides(const Dims& dims) {
  Dims result(dims.size(), 1);
  for (std::size_t i = dims.size(); i-- > 1;) result[i - 1] = result[i] * dims[i];
  return result;
}

// Where the elements of a result lie in the array they come from.
struct Strided {
  std::int64_t begin = 0;
  Dims strides;
};

// The array of `dims` whose elements lie at `source` in `array`.
template <typename T>
Array<T> pick(const Array<T>& array, const Dims& dims, const Strided& source) {
  Array<T> result{dims, {}};
  const std::int64_t total = count(dims);
  result.values.reserve(static_cast<std::size_t>(total));
  Dims at(dims.size(), 0);
  std::int64_t from = source.begin;
  for (std::int64_t i = 0; i < total; ++i) {
    result.values.push_back(array.values.at(static_cast<std::size_t>(from)));
    for (std::size_t axis = dims.size(); axis-- > 0;) {
      from += source.strides[axis];
      if (++at[axis] < dims[axis]) break;
      from -= source.strides[axis] * dims[axis];
      at[axis] = 0;
    }
  }
  return result;
}

}  // namespace h4h::workloads::fold
