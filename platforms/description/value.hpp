#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "platforms/description/measured_table.hpp"
#include "platforms/description/quantity.hpp"

namespace h4h::platforms {

// One of the words that a key takes.
struct Choice {
  std::string word;
};

// An area that nobody gives a figure for.
struct Unknown {};

// Rows of a file of measured layers; nullptr for "none".
using MeasuredRows = std::shared_ptr<const std::vector<MeasuredRow>>;

// What a key is given: a whole number or a real in the base unit of its dimension, a number that
// follows the clock of the NPU, a choice, "unknown", or a table.
using Value = std::variant<std::int64_t, double, PerClock, Choice, Unknown, MeasuredRows>;

inline bool operator==(const Choice& a, const Choice& b) { return a.word == b.word; }
inline bool operator==(Unknown /*a*/, Unknown /*b*/) { return true; }

// The choice of an enum's value: choice_of(Duplex::full).
template <typename Enum>
Choice choice_of(Enum value) {
  return {std::string(to_string(value))};
}

}  // namespace h4h::platforms
