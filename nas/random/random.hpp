#pragma once

#include <cstdint>
#include <initializer_list>

namespace h4h::nas {

// SplitMix64 (Steele, Lea and Flood 2014): one number of state, so that a checkpoint holds it and
// any (seed, epoch, index) starts a stream of its own. The same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // A stream for these numbers, such as {seed, epoch, index}.
  Random(std::initializer_list<std::uint64_t> keys) {
    for (const std::uint64_t key : keys) {
      state_ ^= key;
      state_ = next();
    }
  }

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0..n-1, for n > 0. The bias of at most n / 2^64 is nothing.
  std::uint64_t below(std::uint64_t n) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{next()} * n) >> 64);
  }
  // [0, 1)
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace h4h::nas
