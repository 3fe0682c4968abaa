#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// Why an operator of a file has no layer.
class NotMapped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Dims = std::vector<std::int64_t>;

// A tensor of a file, of any rank, as a tensor of the network.
struct NdTensor {
  TensorId id = 0;
  Dims dims;               // as the file states them, batch included; none: a single value
  std::vector<int> order;  // the file's axes as they lie in memory, slowest first

  int rank() const { return static_cast<int>(dims.size()); }
};

// Which axis of the file is which of an image's; -1: there is none, and its extent is 1. Every
// other axis is batch.
struct ImageAxes {
  int height = 1, width = 2, channels = 3;
};
inline constexpr ImageAxes kNhwc{1, 2, 3}, kNchw{2, 3, 1}, kNwc{-1, 1, 2}, kNcw{-1, 2, 1};

std::vector<int> file_order(std::size_t rank);  // {0, 1, ..., rank - 1}
std::string dims_text(const Dims& dims);        // "1x3x224x224", "scalar"
// The product. Throws NotMapped where a dimension is below 1 or the product beyond 2^31.
std::int64_t elements(const Dims& dims);
// An axis counted from the end where it is negative. Throws NotMapped where there is none.
int axis_of(std::int64_t axis, int rank);
// Broadcast as numpy does: aligned at the last axis, 1 stretches. Throws NotMapped.
Dims broadcast(const Dims& a, const Dims& b);

// The dimensions in the order of memory, slowest first.
Dims memory_dims(const NdTensor& tensor);
// The height x width x channels in which a tensor enters and leaves layers unless one needs another
// view of the same bytes: the last two axes of memory are width and channels, all others height.
// Sides beyond the greatest that a network may have are split.
Shape feature_shape(const NdTensor& tensor);
// Throws NotMapped where a side or the number of elements is beyond what a network may have.
void check_side(const Shape& shape);
void check_margin(std::int64_t margin);  // the same of padding on one side

}  // namespace h4h::workloads
