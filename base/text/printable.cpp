#include "base/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/utf8.hpp"

namespace h4h {
namespace {

struct Codes {
  char32_t first, last;
};
constexpr Codes kHidden[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x061c, 0x061c},
                             {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2066, 0x2069},
                             {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfffe, 0xffff}};

std::string escaped(char32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format(code < 0x80 ? "\\x{:02x}" : "\\u{:04x}", static_cast<std::uint32_t>(code));
  }
}

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

bool is_printable(char32_t code) {
  return std::none_of(std::begin(kHidden), std::end(kHidden),
                      [&](const Codes& c) { return c.first <= code && code <= c.last; });
}

std::string printable(std::string_view text, std::string_view kept) {
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string shown;
  while (!text.empty()) {
    const Utf8Character next = first_character(text);
    const bool keep = kept.find(text.front()) != std::string_view::npos;
    if (!next.valid) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (keep || is_printable(next.code)) {
      shown += text.substr(0, next.size);
    } else {
      shown += escaped(next.code);
    }
    text.remove_prefix(next.size);
  }
  return shown;
}

std::string printable_lines(std::string_view text) { return printable(text, "\n\t"); }

}  // namespace h4h
