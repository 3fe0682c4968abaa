#pragma once

#include <initializer_list>

namespace h4h::nas {

// Some of the enumerators of an enum with at most 32.
template <typename Enum>
class EnumSet {
 public:
  constexpr EnumSet(std::initializer_list<Enum> members) {
    for (const Enum member : members) add(member);
  }
  constexpr void add(Enum member) { bits_ |= 1U << static_cast<unsigned>(member); }
  constexpr bool has(Enum member) const {
    return (bits_ >> static_cast<unsigned>(member) & 1U) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(EnumSet a, EnumSet b) { return a.bits_ == b.bits_; }

 private:
  unsigned bits_ = 0;
};

}  // namespace h4h::nas
