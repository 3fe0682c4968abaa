#include "base/text/utf8.hpp"

#include <algorithm>

namespace h4h {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// Bytes of a character that begins with `lead`; 0 where none does.
std::size_t size_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

bool is_scalar_value(char32_t code, std::size_t size) {
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kLeast[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

}  // namespace

Utf8Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = size_of(lead);
  if (size == 1) return {lead, 1, true};
  if (size == 0 || size > text.size()) return {};
  char32_t code = lead & (0x7fu >> size);
  for (const char byte : text.substr(1, size - 1)) {
    if (!continues(byte)) return {};
    code = code << 6 | (static_cast<unsigned char>(byte) & 0x3fu);
  }
  return is_scalar_value(code, size) ? Utf8Character{code, size, true} : Utf8Character{};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character next = first_character(text);
    if (!next.valid) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

std::string as_utf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const Utf8Character next = first_character(text);
    valid += next.valid ? text.substr(0, next.size) : "\xef\xbf\xbd";
    text.remove_prefix(next.size);
  }
  return valid;
}

std::string_view beginning_of(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && bytes - end < 3 && continues(text[end])) --end;
  return text.substr(0, continues(text[end]) ? bytes : end);
}

}  // namespace h4h
