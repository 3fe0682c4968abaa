#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json/document.hpp"

namespace h4h {

enum class JsonLayout {
  indented,  // by two blanks a level, one value a line; ends with a newline
  compact,   // no blanks; no newline
  lines,     // compact, but each object in an array of the top level stands on a line of its own;
             // ends with a newline
};

// The document as JSON (RFC 8259). Members keep their order. Reals are the shortest digits that
// read back as the same number, always with a decimal point or an exponent; what is not finite is
// null. Bytes of a string that are not UTF-8 become U+FFFD; characters that are not printable (see
// base/text/printable.hpp) are escaped.
std::string write_json(const Document& document, JsonLayout layout = JsonLayout::indented);

// A string of JSON, quotes included. It is a double-quoted scalar of YAML, too.
std::string json_string(std::string_view text);

// Writes one value piece by piece, for texts of which a Document would be too large or too slow:
//
//   JsonWriter writer(JsonLayout::compact);
//   writer.begin_object().key("layers").begin_array().integer(3).end_array().end_object();
//   writer.take();  // {"layers":[3]}
//
// The caller closes what it opens and writes a key before each value of an object.
class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout) : layout_(layout) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& value(const Document& document);
  JsonWriter& text(std::string_view text);
  JsonWriter& integer(std::int64_t number);
  // `count` units of 10^-`places`, with exactly that many decimals (1 to 18): 1500 with 3 is 1.500.
  JsonWriter& decimal(std::int64_t count, int places);
  // A value that is JSON already, such as one that is sent back as it was received.
  JsonWriter& json(std::string_view text);

  // The end of the text, after all parts that were taken; nothing may be written afterwards.
  std::string take();
  // The text written since the last part, of size() bytes, for texts that are too large for memory.
  std::string take_part();
  std::size_t size() const { return text_.size(); }

 private:
  struct Level {
    bool array = false;
    bool empty = true;
    bool on_lines = false;  // each of its values begins a line
  };

  void put(std::monostate null);
  void put(bool boolean);
  void put(std::int64_t number);
  void put(std::uint64_t number);
  void put(double number);
  void put(std::string_view text);
  void put(const Document::Array& items);
  void put(const Document::Object& members);
  template <typename Number>
  void append_integer(Number number);
  void append_string(std::string_view text);
  void begin_value(bool object = false);
  void open(char bracket);
  JsonWriter& close(char bracket);
  void new_line();

  const JsonLayout layout_;
  std::vector<Level> open_;
  bool after_key_ = false;
  std::string text_;
};

}  // namespace h4h
