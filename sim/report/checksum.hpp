#pragma once

#include <string>
#include <string_view>

#include "base/json/document.hpp"
#include "base/json/json_writer.hpp"

namespace h4h::sim {

// Files that a command reads back carry a checksum over their content, which is compared before
// anything in them is parsed: a damaged or edited file must not lead to other results.

// A text without the checksum that it should carry, or with that of another text.
class ChecksumError : public DocumentError {
 public:
  using DocumentError::DocumentError;
};

// `document` as JSON with a last member "checksum": text_hash over all of the text, with zeros in
// the place of its own digits and without a newline at its end. `document` is an object.
std::string json_with_checksum(Document document, JsonLayout layout = JsonLayout::indented);

// The document of such a text, without the checksum. Throws ChecksumError where the checksum is
// missing or is not that of the text; JsonError.
Document parse_json_with_checksum(std::string_view text);

// Whether a text carries its checksum.
bool has_valid_checksum(std::string_view text);

}  // namespace h4h::sim
