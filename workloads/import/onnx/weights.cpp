#include "workloads/import/onnx/weights.hpp"

#include <algorithm>
#include <cstring>

#include "workloads/import/weights/coded_size.hpp"

namespace h4h::workloads::onnx {
namespace {

// Where the values of a constant lie in the file, one after the other in some order of its axes.
class Places {
 public:
  Places(const StoredValues& stored, const std::vector<int>& order) {
    Dims strides(stored.dims.size(), 1);
    for (std::size_t i = strides.size(); i-- > 1;) strides[i - 1] = strides[i] * stored.dims[i];
    for (const int axis : order) {
      const auto at = static_cast<std::size_t>(stored.order.at(static_cast<std::size_t>(axis)));
      sides_.push_back(stored.dims.at(at));
      strides_.push_back(strides.at(at));
    }
    at_.assign(sides_.size(), 0);
  }

  std::size_t next() {
    const auto place = static_cast<std::size_t>(place_);
    for (std::size_t i = sides_.size(); i-- > 0;) {
      place_ += strides_[i];
      if (++at_[i] < sides_[i]) break;
      place_ -= strides_[i] * sides_[i];
      at_[i] = 0;
    }
    return place;
  }

 private:
  Dims sides_, strides_, at_;
  std::int64_t place_ = 0;
};

template <typename T, typename Convert>
auto ordered(const StoredValues& stored, const std::vector<int>& order, Convert convert) {
  const std::string_view bytes = stored.file->data;
  const std::size_t count = bytes.size() / sizeof(T);
  std::vector<decltype(convert(T{}))> values;
  values.reserve(count);
  Places places(stored, order);
  for (std::size_t i = 0; i < count; ++i) {
    T value{};
    std::memcpy(&value, bytes.data() + places.next() * sizeof(T), sizeof(T));
    values.push_back(convert(value));
  }
  return values;
}

// Of asymmetric weights, one for all of them; 0 where channels differ.
std::int64_t zero_point_of(const StoredValues& stored) {
  if (stored.zero_point == nullptr) return 0;
  const Constant zero = constant_of(*stored.zero_point);
  if (!zero.integers || zero.integers->values.empty()) return 0;
  const std::vector<std::int64_t>& values = zero.integers->values;
  const bool same = std::all_of(values.begin(), values.end(),
                                [&](std::int64_t value) { return value == values.front(); });
  return same ? values.front() : 0;
}

std::optional<std::int64_t> coded_floats(const std::vector<float>& values, const Constant& weights,
                                         const std::vector<int>& order, int channel) {
  const bool first = order.front() == channel, last = order.back() == channel;
  if (!first && !last) return std::nullopt;
  const std::int64_t channels = weights.dims.at(static_cast<std::size_t>(channel));
  return coded_weight_bytes(quantize(values, channels, !first));
}

}  // namespace

std::optional<std::int64_t> measured_weight_bytes(const Constant& weights,
                                                  const std::vector<int>& order, int channel) {
  if (!weights.stored || weights.stored->file->data.empty() || order.empty()) return std::nullopt;
  const StoredValues& stored = *weights.stored;
  const std::int64_t zero = zero_point_of(stored);
  const auto centred = [&](auto value) { return static_cast<std::int16_t>(value - zero); };
  if (stored.file->type == ElementType::int8) {
    return coded_weight_bytes(ordered<std::int8_t>(stored, order, centred));
  }
  if (stored.file->type == ElementType::uint8) {
    return coded_weight_bytes(ordered<std::uint8_t>(stored, order, centred));
  }
  if (stored.file->type == ElementType::float16) {
    return coded_floats(ordered<std::uint16_t>(stored, order, from_half), weights, order, channel);
  }
  if (stored.file->type == ElementType::float32) {
    const auto same = [](float value) { return value; };
    return coded_floats(ordered<float>(stored, order, same), weights, order, channel);
  }
  return std::nullopt;
}

}  // namespace h4h::workloads::onnx
