#include "workloads/import/tflite/weights.hpp"

#include <algorithm>
#include <vector>

#include "workloads/import/weights/coded_size.hpp"

namespace h4h::workloads::tflite {
namespace {

std::size_t elements(const FileTensor& tensor) {
  std::size_t count = 1;
  for (const std::int32_t side : tensor.shape) {
    if (side < 1) return 0;
    // Beyond the file's size nothing is there to measure; stop before the product overflows.
    count = std::min<std::size_t>(count * static_cast<std::size_t>(side), tensor.data.size() + 1);
  }
  return count;
}

template <typename T, typename Convert>
auto values(const FileTensor& tensor, std::size_t count, Convert convert) {
  std::vector<decltype(convert(T{}))> converted;
  converted.reserve(count);
  const Bytes bytes(tensor.data);
  for (std::size_t i = 0; i < count; ++i)
    converted.push_back(convert(bytes.read<T>(i * sizeof(T))));
  return converted;
}

}  // namespace

std::optional<std::int64_t> measured_weight_bytes(const FileTensor& tensor, WeightOrder order) {
  const std::size_t count = elements(tensor);
  const bool last = order == WeightOrder::channel_last;
  const auto fits = [&](std::size_t size) {
    return count > 0 && count <= tensor.data.size() / size;
  };
  const auto coded_floats = [&](const std::vector<float>& floats) {
    const std::int32_t channels = last ? tensor.shape.back() : tensor.shape.front();
    return coded_weight_bytes(quantize(floats, channels, last));
  };
  const auto centred = [&](auto value) {
    return static_cast<std::int16_t>(std::int64_t{value} - tensor.zero_point);
  };
  if (tensor.type == TensorType::int8 && fits(1)) {
    return coded_weight_bytes(values<std::int8_t>(tensor, count, centred));
  }
  if (tensor.type == TensorType::uint8 && fits(1)) {
    return coded_weight_bytes(values<std::uint8_t>(tensor, count, centred));
  }
  if (tensor.type == TensorType::float16 && fits(2)) {
    return coded_floats(values<std::uint16_t>(tensor, count, from_half));
  }
  if (tensor.type == TensorType::float32 && fits(4)) {
    return coded_floats(values<float>(tensor, count, [](float f) { return f; }));
  }
  return std::nullopt;
}

}  // namespace h4h::workloads::tflite
