#include "workloads/import/tflite/weights.hpp"

#include <algorithm>
#include <vector>

#include "workloads/import/weights/coded_size.hpp"

namespace h4h::workloads::tflite {
namespace {

std::size_t elements(const std::vector<std::int32_t>& shape, std::size_t limit) {
  std::size_t count = 1;
  for (const std::int32_t side : shape) {
    if (side < 1) return 0;
    // Beyond the file's size nothing is there to measure; stop before the product overflows.
    count = std::min<std::size_t>(count * static_cast<std::size_t>(side), limit);
  }
  return count;
}

// Two values a byte, the first in the lower half, each from -8 to 7.
std::vector<std::int16_t> halves(std::string_view bytes, std::size_t count) {
  std::vector<std::int16_t> values;
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i / 2]);
    const int half = i % 2 == 0 ? byte & 15 : byte >> 4;
    values.push_back(static_cast<std::int16_t>(half < 8 ? half : half - 16));
  }
  return values;
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

std::optional<std::int64_t> measured_weight_bytes(const FileTensor& tensor,
                                                  const std::vector<std::int32_t>& shape,
                                                  WeightOrder order) {
  const std::size_t count = elements(shape, 2 * tensor.data.size() + 1);
  const bool last = order == WeightOrder::channel_last;
  const auto fits = [&](std::size_t size) {
    return count > 0 && count <= tensor.data.size() / size;
  };
  const auto coded_floats = [&](const std::vector<float>& floats) {
    const std::int32_t channels = last ? shape.back() : shape.front();
    return coded_weight_bytes(quantize(floats, channels, last));
  };
  const auto centred = [&](auto value) {
    return static_cast<std::int16_t>(std::int64_t{value} - tensor.zero_point);
  };
  if (tensor.type == TensorType::int4 && count > 0 && count <= 2 * tensor.data.size()) {
    return coded_weight_bytes(halves(tensor.data, count));
  }
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
