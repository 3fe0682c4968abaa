#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace h4h::workloads::tflite {

// The bytes are not what they claim to be; the message says where.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// FlatBuffers wire format, little-endian (flatbuffers.dev, "FlatBuffer internals"). Positions are
// bytes from the start of the file. Every read here and below is checked against the end of the
// file, and throws FormatError.
class Bytes {
 public:
  explicit Bytes(std::string_view data) : data_(data) {}

  std::size_t size() const { return data_.size(); }

  template <typename T>
  T read(std::size_t at) const {
    check(at, sizeof(T));
    T value{};
    std::memcpy(&value, data_.data() + at, sizeof(T));
    return value;
  }

  std::string_view slice(std::size_t at, std::size_t length) const {
    check(at, length);
    return data_.substr(at, length);
  }

  // The position that the unsigned offset stored at `at` points to.
  std::size_t follow(std::size_t at) const;

 private:
  void check(std::size_t at, std::size_t length) const;

  std::string_view data_;
};

class Table;

// A vector of scalars, offsets to tables, or bytes.
class Vector {
 public:
  Vector(Bytes bytes, std::size_t at, std::size_t element_size);

  std::size_t size() const { return size_; }
  template <typename T>
  T scalar(std::size_t i) const {
    return bytes_.read<T>(begin_ + i * sizeof(T));
  }
  Table table(std::size_t i) const;
  std::string_view bytes() const { return bytes_.slice(begin_, size_); }

 private:
  Bytes bytes_;
  std::size_t begin_;
  std::size_t size_;
};

// A table; fields are addressed by their slot in the schema.
class Table {
 public:
  Table(Bytes bytes, std::size_t at);
  static Table root(Bytes bytes) { return {bytes, bytes.follow(0)}; }

  template <typename T>
  T scalar(int slot, T fallback) const {
    const std::optional<std::size_t> at = field(slot);
    return at ? bytes_.read<T>(*at) : fallback;
  }
  std::optional<Table> table(int slot) const;
  std::optional<Vector> vector(int slot, std::size_t element_size) const;
  std::string_view string(int slot) const;

 private:
  std::optional<std::size_t> field(int slot) const;

  Bytes bytes_;
  std::size_t at_;
  std::size_t vtable_;
};

}  // namespace h4h::workloads::tflite
