#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "platforms/description/device.hpp"

namespace h4h::sim {

// Words of each device of macros, in the order of the devices, held in place.
class Words {
 public:
  static constexpr std::size_t kMostGroups = platforms::kMostDevices - 1;

  Words(std::int64_t of_one = 0) : words_{of_one} {}  // NOLINT: a number is the words of one
  explicit Words(const std::vector<std::int64_t>& of_each)
      : groups_(std::max<std::size_t>(1, of_each.size())) {
    for (std::size_t g = 0; g < of_each.size(); ++g) words_.at(g) = of_each[g];
  }

  std::size_t groups() const { return groups_; }
  std::int64_t of(std::size_t group) const { return group < groups_ ? words_[group] : 0; }

  bool within(const Words& capacity) const {
    for (std::size_t g = 0; g < groups_; ++g) {
      if (words_[g] > capacity.of(g)) return false;
    }
    return true;
  }

  Words& operator+=(const Words& more) { return add(more, 1); }
  Words& operator-=(const Words& less) { return add(less, -1); }
  friend Words operator+(Words a, const Words& b) { return a += b; }

  friend bool operator<(const Words& a, const Words& b) {
    for (std::size_t g = 0; g < std::max(a.groups_, b.groups_); ++g) {
      if (a.of(g) != b.of(g)) return a.of(g) < b.of(g);
    }
    return false;
  }

 private:
  Words& add(const Words& other, std::int64_t times) {
    groups_ = std::max(groups_, other.groups_);
    for (std::size_t g = 0; g < other.groups_; ++g) words_[g] += times * other.words_[g];
    return *this;
  }

  std::size_t groups_ = 1;
  std::array<std::int64_t, kMostGroups> words_{};  // 0 from groups_ on
};

}  // namespace h4h::sim
