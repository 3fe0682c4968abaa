#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

namespace h4h::tests {

// `text` with one to four random changes of bytes, the same for the same seed: bits flipped, bytes
// replaced, inserted, left out, and the end cut off.
inline std::string mutated(std::string text, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  const auto byte = [&] { return static_cast<char>(below(256)); };
  for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes) {
    const std::size_t at = below(text.size());
    const std::size_t kind = below(16);
    if (kind < 6) {
      text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << below(8)));
    } else if (kind < 9) {
      text[at] = byte();
    } else if (kind < 11) {
      text[at] = static_cast<char>('0' + below(10));
    } else if (kind < 13) {
      text.insert(at, 1 + below(8), byte());
    } else if (kind < 15) {
      text.erase(at, 1 + below(8));
    } else {
      text.resize(at);
    }
  }
  return text;
}

}  // namespace h4h::tests
