#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/job/wire.hpp"
#include "workloads/ir/op.hpp"
#include "workloads/ir/shape.hpp"

namespace h4h::sim {

// Seven bits a byte, the lowest first; small numbers of either sign are short.
class Writer {
 public:
  void number(const std::int64_t& value) {
    auto rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    for (; rest >= 0x80; rest >>= 7) bytes_ += static_cast<char>((rest & 0x7f) | 0x80);
    bytes_ += static_cast<char>(rest);
  }
  template <typename Enum>
  void choice(const Enum& value, Enum /*last*/) {
    number(static_cast<std::int64_t>(value));
  }
  void flag(const bool& value) { number(value ? 1 : 0); }
  void index(const std::size_t& value) { number(static_cast<std::int64_t>(value)); }
  void real(const double& value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);  // both sides are of one kind of machine
    bytes_.append(bytes, sizeof value);
  }
  void text(const std::string& value) {
    index(value.size());
    bytes_ += value;
  }
  template <typename T, typename Each>
  void list(const std::vector<T>& values, Each each) {
    number(static_cast<std::int64_t>(values.size()));
    for (const T& value : values) each(*this, value);
  }
  void optional(const std::optional<std::int64_t>& value) {
    optional(value, [](Writer& f, const std::int64_t& number) { f.number(number); });
  }
  template <typename T, typename Each>
  void optional(const std::optional<T>& value, Each each) {
    flag(value.has_value());
    if (value) each(*this, *value);
  }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  void number(std::int64_t& value) {
    std::uint64_t rest = 0;
    for (int shift = 0;; shift += 7) {
      if (bytes_.empty() || shift > 63) throw WireError("bytes end within a number");
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      rest |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    value = static_cast<std::int64_t>(rest >> 1) ^ -static_cast<std::int64_t>(rest & 1);
  }
  template <typename Enum>
  void choice(Enum& value, Enum last) {
    value = static_cast<Enum>(number_below(static_cast<std::int64_t>(last) + 1));
  }
  void flag(bool& value) { value = number_below(2) == 1; }
  void index(std::size_t& value) {
    value = static_cast<std::size_t>(number_below(std::numeric_limits<std::int64_t>::max()));
  }
  void real(double& value) { std::memcpy(&value, bytes(sizeof value).data(), sizeof value); }
  void text(std::string& value) {
    std::size_t size = 0;
    index(size);
    value = bytes(size);
  }
  template <typename T, typename Each>
  void list(std::vector<T>& values, Each each) {
    const std::int64_t size = number_below(kMostInList);
    if (static_cast<std::size_t>(size) > bytes_.size()) throw WireError("bytes end within a list");
    values.resize(static_cast<std::size_t>(size));
    for (T& value : values) each(*this, value);
  }
  void optional(std::optional<std::int64_t>& value) {
    optional(value, [](Reader& f, std::int64_t& number) { f.number(number); });
  }
  template <typename T, typename Each>
  void optional(std::optional<T>& value, Each each) {
    bool present = false;
    flag(present);
    if (present) each(*this, value.emplace());
  }
  std::int64_t number_below(std::int64_t end) {
    std::int64_t value = 0;
    number(value);
    if (value < 0 || value >= end) throw WireError("a number is out of bounds");
    return value;
  }

  bool at_end() const { return bytes_.empty(); }
  void finish() const {
    if (!at_end()) throw WireError("there are bytes after the end");
  }

 private:
  static constexpr std::int64_t kMostInList = 1'000'000;  // damaged bytes must not fill the memory

  std::string_view bytes(std::size_t size) {
    if (size > bytes_.size()) throw WireError("bytes end within a text or a number");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  std::string_view bytes_;
};

// A function of fields serves both ways: F is a Writer or a Reader, T const when written.
template <typename F, typename T, typename... Member>
void numbers(F& f, T& value, Member... members) {
  (f.number(value.*members), ...);
}

template <typename F, typename T>
void shape(F& f, T& s) {
  numbers(f, s, &workloads::Shape::height, &workloads::Shape::width, &workloads::Shape::channels);
}

void op_fields(Writer& f, const workloads::Op& op);
void op_fields(Reader& f, workloads::Op& op);

}  // namespace h4h::sim
