#include "workloads/import/tflite/flatbuffer.hpp"

#include <fmt/format.h>

namespace h4h::workloads::tflite {

void Bytes::check(std::size_t at, std::size_t length) const {
  if (at > data_.size() || length > data_.size() - at) {
    throw FormatError(fmt::format("truncated: {} bytes at offset {} are beyond the end, {}", length,
                                  at, data_.size()));
  }
}

std::size_t Bytes::follow(std::size_t at) const { return at + read<std::uint32_t>(at); }

Vector::Vector(Bytes bytes, std::size_t at, std::size_t element_size)
    : bytes_(bytes), begin_(at + 4), size_(bytes.read<std::uint32_t>(at)) {
  bytes_.slice(begin_, size_ * element_size);  // a length is believed only if its bytes are there
}

Table Vector::table(std::size_t i) const { return {bytes_, bytes_.follow(begin_ + 4 * i)}; }

Table::Table(Bytes bytes, std::size_t at) : bytes_(bytes), at_(at), vtable_(0) {
  const std::int64_t vtable =
      static_cast<std::int64_t>(at) - std::int64_t{bytes_.read<std::int32_t>(at)};
  if (vtable < 0) throw FormatError(fmt::format("table at offset {} has no valid vtable", at));
  vtable_ = static_cast<std::size_t>(vtable);
  bytes_.slice(vtable_, bytes_.read<std::uint16_t>(vtable_));
}

std::optional<std::size_t> Table::field(int slot) const {
  const std::size_t entry = 4 + 2 * static_cast<std::size_t>(slot);
  if (entry + 2 > bytes_.read<std::uint16_t>(vtable_)) return std::nullopt;
  const auto offset = bytes_.read<std::uint16_t>(vtable_ + entry);
  if (offset == 0) return std::nullopt;
  return at_ + offset;
}

std::optional<Table> Table::table(int slot) const {
  const std::optional<std::size_t> at = field(slot);
  if (!at) return std::nullopt;
  return Table(bytes_, bytes_.follow(*at));
}

std::optional<Vector> Table::vector(int slot, std::size_t element_size) const {
  const std::optional<std::size_t> at = field(slot);
  if (!at) return std::nullopt;
  return Vector(bytes_, bytes_.follow(*at), element_size);
}

std::string_view Table::string(int slot) const {
  const std::optional<Vector> text = vector(slot, 1);
  return text ? text->bytes() : std::string_view{};
}

}  // namespace h4h::workloads::tflite
