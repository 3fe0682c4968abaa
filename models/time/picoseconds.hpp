#pragma once

#include <cstdint>

#include "base/integer.hpp"

namespace h4h::models {

// Time and durations: whole picoseconds, up to 2^63 (106 days). Sums and products are not checked
// for overflow.
struct Picoseconds {
  std::int64_t count = 0;

  friend constexpr Picoseconds operator+(Picoseconds a, Picoseconds b) {
    return {a.count + b.count};
  }
  friend constexpr Picoseconds operator-(Picoseconds a, Picoseconds b) {
    return {a.count - b.count};
  }
  friend constexpr Picoseconds operator*(std::int64_t n, Picoseconds t) { return {n * t.count}; }
  Picoseconds& operator+=(Picoseconds other) { return *this = *this + other; }
  friend constexpr bool operator==(Picoseconds a, Picoseconds b) { return a.count == b.count; }
  friend constexpr bool operator!=(Picoseconds a, Picoseconds b) { return a.count != b.count; }
  friend constexpr bool operator<(Picoseconds a, Picoseconds b) { return a.count < b.count; }
  friend constexpr bool operator<=(Picoseconds a, Picoseconds b) { return a.count <= b.count; }
  friend constexpr bool operator>(Picoseconds a, Picoseconds b) { return b < a; }
  friend constexpr bool operator>=(Picoseconds a, Picoseconds b) { return b <= a; }
};

constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;

constexpr double to_seconds(Picoseconds t) { return static_cast<double>(t.count) * 1e-12; }

// Bytes over a link of `bandwidth` bytes per second (above 0), rounded up once.
constexpr Picoseconds transfer_time(std::int64_t bytes, std::int64_t bandwidth) {
  return {
      static_cast<std::int64_t>((Wide{bytes} * kPicosecondsPerSecond + bandwidth - 1) / bandwidth)};
}

// The one place where cycles of a clock become time and back. Both round up.
class Clock {
 public:
  explicit constexpr Clock(std::int64_t hz) : hz_(hz) {}  // above 0

  constexpr Picoseconds time(std::int64_t cycles) const {
    return {static_cast<std::int64_t>((Wide{cycles} * kPicosecondsPerSecond + hz_ - 1) / hz_)};
  }
  constexpr std::int64_t cycles(Picoseconds t) const {
    return static_cast<std::int64_t>((Wide{t.count} * hz_ + kPicosecondsPerSecond - 1) /
                                     kPicosecondsPerSecond);
  }

 private:
  std::int64_t hz_;
};

}  // namespace h4h::models
