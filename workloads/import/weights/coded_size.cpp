#include "workloads/import/weights/coded_size.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace h4h::workloads {
namespace {

constexpr std::size_t kValues = 512;  // of 9-bit weights, folded to 0, -1, 1, -2, 2, ...
constexpr std::size_t kPalette = 32;  // values

using Histogram = std::array<std::int64_t, kValues>;

std::size_t folded(std::int16_t weight) {
  return static_cast<std::size_t>(weight >= 0 ? 2 * weight : -2 * weight - 1);
}

// Bits of all symbols under the best Golomb-Rice divisor, or at a fixed width.
std::int64_t symbol_bits(const Histogram& count, int max_divisor) {
  const std::int64_t symbols = std::accumulate(count.begin(), count.end(), std::int64_t{0});
  std::size_t largest = 0;
  for (std::size_t v = 0; v < kValues; ++v) largest = count.at(v) > 0 ? v : largest;
  std::int64_t width = 1;
  while ((std::size_t{1} << width) <= largest) ++width;
  std::int64_t best = symbols * width;
  for (int divisor = 0; divisor <= max_divisor; ++divisor) {
    std::int64_t bits = 0;
    for (std::size_t v = 0; v < kValues; ++v) {
      bits += count.at(v) *
              static_cast<std::int64_t>((v >> divisor) + 1 + static_cast<std::size_t>(divisor));
    }
    best = std::min(best, bits);
  }
  return best;
}

// The same symbols renumbered: the most frequent ones first, the rest behind them in order.
Histogram with_palette(const Histogram& count) {
  std::array<std::size_t, kValues> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return count.at(a) > count.at(b); });
  std::sort(order.begin() + kPalette, order.end());
  Histogram renumbered{};
  for (std::size_t i = 0; i < kValues; ++i) renumbered.at(i) = count.at(order.at(i));
  return renumbered;
}

std::int64_t best_bits(const Histogram& count) {
  constexpr int kMaxDivisor = 5;
  constexpr std::int64_t kPaletteBits = 9 * kPalette;
  return std::min(symbol_bits(count, kMaxDivisor),
                  symbol_bits(with_palette(count), kMaxDivisor) + kPaletteBits);
}

// Lengths of the runs of zeros before each other weight and at the end.
Histogram zero_runs(const std::vector<std::int16_t>& weights) {
  Histogram runs{};
  std::size_t run = 0;
  for (const std::int16_t weight : weights) {
    if (weight == 0 && run + 1 < kValues) {
      ++run;
      continue;
    }
    ++runs.at(run);
    run = 0;
  }
  ++runs.at(run);
  return runs;
}

}  // namespace

std::int64_t coded_weight_bytes(const std::vector<std::int16_t>& weights) {
  Histogram all{};
  for (const std::int16_t weight : weights) ++all.at(std::min(folded(weight), kValues - 1));
  Histogram others{};
  std::copy(all.begin() + 1, all.end(), others.begin());  // without zeros, which are runs
  constexpr int kMaxRunDivisor = 3;
  const std::int64_t as_runs = best_bits(others) + symbol_bits(zero_runs(weights), kMaxRunDivisor);
  return (std::min(best_bits(all), as_runs) + 7) / 8;
}

std::vector<std::int16_t> quantize(const std::vector<float>& values, std::int64_t channels,
                                   bool interleaved) {
  const std::size_t count = static_cast<std::size_t>(channels);
  const std::size_t run = values.size() / count;
  const auto channel = [&](std::size_t i) { return interleaved ? i % count : i / run; };
  std::vector<float> largest(count, 0.0F);
  for (std::size_t i = 0; i < run * count; ++i) {
    largest[channel(i)] = std::max(largest[channel(i)], std::abs(values[i]));
  }
  std::vector<std::int16_t> quantized(run * count, 0);
  for (std::size_t i = 0; i < quantized.size(); ++i) {
    const float scale = largest[channel(i)];
    if (!(scale > 0) || !std::isfinite(values[i]) || !std::isfinite(scale)) continue;
    quantized[i] = static_cast<std::int16_t>(std::lround(values[i] / scale * 127));
  }
  return quantized;
}

float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  float value = 0;
  if (exponent == 31) {
    value = mantissa == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(mantissa), -24);
  } else {
    value = std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

}  // namespace h4h::workloads
