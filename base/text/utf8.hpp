#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace h4h {

// The character at the beginning of a text in UTF-8 (RFC 3629).
struct Utf8Character {
  char32_t code = 0;
  std::size_t size = 1;  // bytes
  bool valid = false;    // false: the first byte begins no character
};

// Of a text that is not empty. Overlong forms, surrogates and codes above U+10FFFF are not valid.
Utf8Character first_character(std::string_view text);

bool is_utf8(std::string_view text);

// `text` with U+FFFD for each byte that begins no character: names of files that promise UTF-8 and
// do not keep it.
std::string as_utf8(std::string_view text);

// The beginning of `text`, of at most `bytes` bytes, that ends with a whole character.
std::string_view beginning_of(std::string_view text, std::size_t bytes);

}  // namespace h4h
