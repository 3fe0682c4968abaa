#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace h4h::sim {

// Words of each device of macros, in the order of the devices. Most chips have one such device: its
// words are held in place.
class Words {
 public:
  Words(std::int64_t of_one = 0) : first_(of_one) {}  // NOLINT: a number is the words of one
  explicit Words(const std::vector<std::int64_t>& of_each)
      : first_(of_each.empty() ? 0 : of_each.front()),
        others_(of_each.begin() + (of_each.empty() ? 0 : 1), of_each.end()) {}

  std::size_t groups() const { return 1 + others_.size(); }
  std::int64_t of(std::size_t group) const {
    if (group == 0) return first_;
    return group <= others_.size() ? others_[group - 1] : 0;
  }

  bool within(const Words& capacity) const {
    if (first_ > capacity.first_) return false;
    for (std::size_t g = 1; g < groups(); ++g) {
      if (others_[g - 1] > capacity.of(g)) return false;
    }
    return true;
  }

  Words& operator+=(const Words& more) { return add(more, 1); }
  Words& operator-=(const Words& less) { return add(less, -1); }
  friend Words operator+(Words a, const Words& b) { return a += b; }

  friend bool operator<(const Words& a, const Words& b) {
    return std::tie(a.first_, a.others_) < std::tie(b.first_, b.others_);
  }

 private:
  Words& add(const Words& other, std::int64_t times) {
    first_ += times * other.first_;
    if (others_.size() < other.others_.size()) others_.resize(other.others_.size());
    for (std::size_t g = 0; g < other.others_.size(); ++g) others_[g] += times * other.others_[g];
    return *this;
  }

  std::int64_t first_;
  std::vector<std::int64_t> others_;
};

}  // namespace h4h::sim
