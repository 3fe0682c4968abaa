#pragma once

#include <string>
#include <string_view>

#include "base/json/document.hpp"

namespace h4h {

enum class JsonLayout {
  indented,  // by two blanks a level, one value a line; ends with a newline
  compact,   // no blanks; no newline
  lines,     // compact, but each object in an array of the top level stands on a line of its own;
             // ends with a newline
};

// The document as JSON (RFC 8259), the only such writer. Members keep their order. Reals are the
// shortest digits that read back as the same number, always with a decimal point or an exponent;
// what is not finite is null. Bytes of a string that are not UTF-8 become U+FFFD; characters that
// are not printable (see base/text/printable.hpp) are escaped.
std::string write_json(const Document& document, JsonLayout layout = JsonLayout::indented);

// A string of JSON, quotes included, in which all but ASCII is escaped.
std::string json_string(std::string_view text);

}  // namespace h4h
