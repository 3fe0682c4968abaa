#pragma once

#include <string>
#include <string_view>

#include "base/json/document.hpp"

namespace h4h {

// Text that is no JSON, or JSON that is refused: see parse_json.
class JsonError : public DocumentError {
 public:
  using DocumentError::DocumentError;
};

// The document that `text` holds, which must be the whole of it (RFC 8259). Throws JsonError for
// other text, for a key that an object has twice and for values nested deeper than 1000 levels.
Document parse_json(std::string_view text);

// null for text that parse_json refuses: of lines that may be cut off.
Document parse_json_or_null(std::string_view text);

}  // namespace h4h
