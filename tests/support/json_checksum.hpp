#pragma once

#include <string>

#include "base/text/hash.hpp"

namespace h4h::tests {

// A text of JSON without its last bracket, whatever it is, with the checksum that belongs to it.
inline std::string with_checksum(std::string text) {
  const std::string digits(16, '0');
  text += ",\"checksum\":\"" + digits + "\"}";
  return text.replace(text.rfind(digits), digits.size(), text_hash(text));
}

}  // namespace h4h::tests
