#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace h4h {

// The number that all of `text` is, in decimal; nullopt where it is none, has a leading '+' or
// blanks, or is out of the range of T. Reals may be "inf" or "nan". No locale matters.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace h4h
