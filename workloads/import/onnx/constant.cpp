#include "workloads/import/onnx/constant.hpp"

#include <cstring>
#include <utility>

#include "workloads/import/weights/coded_size.hpp"

namespace h4h::workloads::onnx {
namespace {

template <typename T, typename To>
std::vector<To> read_as(std::string_view bytes) {
  std::vector<To> values;
  values.reserve(bytes.size() / sizeof(T));
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    values.push_back(static_cast<To>(value));
  }
  return values;
}

std::vector<double> halves(std::string_view bytes) {
  std::vector<double> values;
  for (const std::uint16_t bits : read_as<std::uint16_t, std::uint16_t>(bytes)) {
    values.push_back(static_cast<double>(from_half(bits)));
  }
  return values;
}

std::optional<std::vector<double>> reals_of(const FileConstant& file) {
  if (file.type == ElementType::float32) return read_as<float, double>(file.data);
  if (file.type == ElementType::float64) return read_as<double, double>(file.data);
  if (file.type == ElementType::float16) return halves(file.data);
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> integers_of(const FileConstant& file) {
  if (file.type == ElementType::int64) return read_as<std::int64_t, std::int64_t>(file.data);
  if (file.type == ElementType::int32) return read_as<std::int32_t, std::int64_t>(file.data);
  if (file.type == ElementType::int8) return read_as<std::int8_t, std::int64_t>(file.data);
  if (file.type == ElementType::uint8 || file.type == ElementType::boolean) {
    return read_as<std::uint8_t, std::int64_t>(file.data);
  }
  return std::nullopt;
}

// Whether all values are there and few enough to compute with.
bool is_small(const FileConstant& file) {
  std::int64_t count = 1;
  for (const std::int64_t side : file.dims) {
    if (side > fold::kMaxValues || (count *= side) > fold::kMaxValues) return false;
  }
  return file.dims.size() <= fold::kMaxAxes && bytes_of(file.type) > 0 &&
         file.data.size() == static_cast<std::size_t>(count) * bytes_of(file.type);
}

}  // namespace

bool is_real(ElementType type) {
  return type == ElementType::float32 || type == ElementType::float64 ||
         type == ElementType::float16 || type == ElementType::bfloat16;
}

Constant constant_of(const FileConstant& file) {
  Constant constant{file.dims, file.type, {}, {}, {}};
  constant.stored = StoredValues{&file, file.dims, file_order(file.dims.size()), nullptr};
  if (!is_small(file)) return constant;
  if (auto integers = integers_of(file)) constant.integers = {file.dims, *std::move(integers)};
  if (auto reals = reals_of(file)) constant.reals = {file.dims, *std::move(reals)};
  return constant;
}

Constant constant_of(fold::Integers values) {
  Constant constant{values.dims, ElementType::int64, {}, {}, {}};
  constant.integers = std::move(values);
  return constant;
}

Constant transposed(const Constant& in, const std::vector<int>& order) {
  Constant out{{}, in.type, {}, {}, in.stored};
  std::vector<std::size_t> axes;
  for (std::size_t i = 0; i < order.size(); ++i) {
    axes.push_back(static_cast<std::size_t>(order[i]));
    out.dims.push_back(in.dims.at(axes.back()));
    if (out.stored) out.stored->order[i] = in.stored->order.at(axes.back());
  }
  if (in.integers) out.integers = fold::transpose(*in.integers, axes);
  if (in.reals) out.reals = fold::transpose(*in.reals, axes);
  return out;
}

Constant reshaped(const Constant& in, const Dims& dims) {
  Constant out{dims, in.type, {}, {}, {}};
  if (in.integers) out.integers = fold::reshape(*in.integers, dims);
  if (in.reals) out.reals = fold::reshape(*in.reals, dims);
  if (in.stored && in.stored->order == file_order(in.dims.size())) {
    out.stored =
        StoredValues{in.stored->file, dims, file_order(dims.size()), in.stored->zero_point};
  }
  return out;
}

}  // namespace h4h::workloads::onnx
