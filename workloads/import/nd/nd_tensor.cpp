#include "workloads/import/nd/nd_tensor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "workloads/import/fold/arithmetic.hpp"
#include "workloads/ir/op.hpp"

namespace h4h::workloads {
namespace {

// What a network takes (ir/network.cpp).
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31, kMaxSide = std::int64_t{1} << 16;

// Moves the least factor from a side that is too long to the side before it.
void split(std::int64_t& before, std::int64_t& side) {
  for (std::int64_t factor = 2; side > kMaxSide && factor <= kMaxSide; ++factor) {
    if (side % factor == 0 && side / factor <= kMaxSide && before * factor <= kMaxSide) {
      before *= factor;
      side /= factor;
    }
  }
}

}  // namespace

std::vector<int> file_order(std::size_t rank) {
  std::vector<int> order(rank);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::string dims_text(const Dims& dims) {
  return dims.empty() ? "scalar" : fmt::format("{}", fmt::join(dims, "x"));
}

std::int64_t elements(const Dims& dims) {
  std::int64_t count = 1;
  for (const std::int64_t side : dims) {
    if (side < 1) throw NotMapped(fmt::format("{} has a dimension below 1", dims_text(dims)));
    if (side > kMaxElements / count) {
      throw NotMapped(fmt::format("{} has more than {} elements", dims_text(dims), kMaxElements));
    }
    count *= side;
  }
  return count;
}

int axis_of(std::int64_t axis, int rank) {
  try {
    return static_cast<int>(fold::axis_of(axis, static_cast<std::size_t>(rank)));
  } catch (const fold::FoldError& error) {
    throw NotMapped(error.what());
  }
}

Dims broadcast(const Dims& a, const Dims& b) {
  try {
    return fold::broadcast(a, b);
  } catch (const fold::FoldError& error) {
    throw NotMapped(error.what());
  }
}

Dims memory_dims(const NdTensor& tensor) {
  Dims dims;
  for (const int axis : tensor.order)
    dims.push_back(tensor.dims.at(static_cast<std::size_t>(axis)));
  return dims;
}

void check_side(const Shape& shape) {
  for (const std::int64_t side : {shape.height, shape.width, shape.channels}) {
    if (side < 1 || side > kMaxSide) {
      throw NotMapped(fmt::format("{} has a side outside 1..{}", to_string(shape), kMaxSide));
    }
  }
  if (shape.elements() > kMaxElements) {
    throw NotMapped(fmt::format("{} has more than {} elements", to_string(shape), kMaxElements));
  }
}

void check_margin(std::int64_t margin) {
  if (margin < kPaddingBounds.low || margin > kPaddingBounds.high) {
    throw NotMapped(fmt::format("padding of {}; supported: {}..{}", margin, kPaddingBounds.low,
                                kPaddingBounds.high));
  }
}

Shape feature_shape(const NdTensor& tensor) {
  Dims dims = memory_dims(tensor);
  while (dims.size() < 3) dims.insert(dims.begin(), 1);
  Shape shape{elements({dims.begin(), dims.end() - 2}), *(dims.end() - 2), dims.back()};
  split(shape.width, shape.channels);
  split(shape.height, shape.width);
  if (shape.height > kMaxSide) split(shape.width, shape.height);
  return shape;
}

}  // namespace h4h::workloads
