#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/import/fold/array.hpp"
#include "workloads/import/nd/nd_tensor.hpp"
#include "workloads/import/onnx/model.hpp"

namespace h4h::workloads::onnx {

// Values that the file stores, and how a constant made from them sees them: its axis i is axis
// order[i] of `dims`, the dimensions in which they are stored.
struct StoredValues {
  const FileConstant* file = nullptr;
  Dims dims;
  std::vector<int> order;
  const FileConstant* zero_point = nullptr;  // of quantised values; none: 0
};

// A tensor that does not depend on the network's inputs.
struct Constant {
  Dims dims;
  ElementType type = ElementType::undefined;
  // The values, where they are known and few. Integers also of boolean tensors.
  std::optional<fold::Integers> integers;
  std::optional<fold::Reals> reals;
  std::optional<StoredValues> stored;  // of weights: the values that the file holds
};

bool is_real(ElementType type);

// `file` must live as long as the result.
Constant constant_of(const FileConstant& file);
Constant constant_of(fold::Integers values);

// The constant with its axes in another order, or other dimensions of as many elements.
Constant transposed(const Constant& in, const std::vector<int>& order);
Constant reshaped(const Constant& in, const Dims& dims);

}  // namespace h4h::workloads::onnx
