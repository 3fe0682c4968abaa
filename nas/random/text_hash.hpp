#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace h4h::nas {

// 16 hexadecimal digits of FNV-1a (Fowler, Noll, Vo): tells texts apart, and no more than that.
inline std::string text_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  std::string digits(16, '0');
  for (std::size_t i = 0; i < 16; ++i) digits[15 - i] = "0123456789abcdef"[(hash >> (4 * i)) & 15];
  return digits;
}

}  // namespace h4h::nas
