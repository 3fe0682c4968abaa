#pragma once

#include <cstdint>
#include <string_view>

namespace h4h::platforms {

// Fowler, Noll, Vo: tells texts apart, and no more than that.
constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

}  // namespace h4h::platforms
