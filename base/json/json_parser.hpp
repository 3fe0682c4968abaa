#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json/document.hpp"

namespace h4h {

// Text that is no JSON, or JSON that is refused: see parse_json.
class JsonError : public DocumentError {
 public:
  using DocumentError::DocumentError;
};

// Text for whose values there is not enough memory, whatever it is.
class JsonMemoryError : public JsonError {
 public:
  using JsonError::JsonError;
};

// How deep values may be nested, and how many there may be: 2^25 take 1.3 GB.
struct JsonLimits {
  std::size_t levels = 1000;
  std::size_t values = std::size_t{1} << 25;
};

// The document that `text` holds, which must be the whole of it (RFC 8259). Throws JsonError for
// other text, for a key that an object has twice, and for what is beyond the limits;
// JsonMemoryError. Memory is proportional to the length n of the text, time to n log n at most.
Document parse_json(std::string_view text, JsonLimits limits = {});

// null for text that parse_json refuses: of lines that may be cut off. Throws JsonMemoryError.
Document parse_json_or_null(std::string_view text);

}  // namespace h4h
