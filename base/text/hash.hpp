#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace h4h {

// FNV-1a, 64 bits (Fowler, Noll, Vo, http://www.isthe.com/chongo/tech/comp/fnv). It tells texts
// apart; it is no protection against texts that are made to collide.
constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

// The same as 16 hexadecimal digits.
inline std::string text_hash(std::string_view text) { return fmt::format("{:016x}", fnv1a(text)); }

}  // namespace h4h
