#pragma once

#include <cstdint>
#include <cstring>

// What the loops of kernels share. They are compiled for three generations of processors, of which
// the program takes the best that it runs on. (Clang has this for plain functions only.)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define H4H_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define H4H_EACH_PROCESSOR
#endif
#define H4H_INLINE inline __attribute__((always_inline))

namespace h4h::nas {

struct Bfloat16 {
  std::uint16_t bits;
};

H4H_INLINE float value(float x) { return x; }

H4H_INLINE float value(Bfloat16 x) {
  const std::uint32_t bits = static_cast<std::uint32_t>(x.bits) << 16U;
  float result = 0;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

H4H_INLINE void store(float x, float* to) { *to = x; }

// To the nearest, ties to even. The NaN of a processor stays one: its highest mantissa bit is among
// those kept, and there is nothing below it that carries.
H4H_INLINE void store(float x, Bfloat16* to) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  to->bits = static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

}  // namespace h4h::nas
