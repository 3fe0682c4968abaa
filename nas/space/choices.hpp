#pragma once

#include <string_view>
#include <vector>

#include "base/yaml/fields.hpp"

namespace h4h::nas {

// What the choices of a gene may be.
struct Allowed {
  double low, high;
  double step;  // every choice is a multiple of it
};

// The choices under a key: a number, an ascending list of them, or {from: A, to: B, step: S}.
// What does not fit becomes a problem; `allowed.low` alone stands in.
std::vector<double> read_choices(yaml::Fields& fields, std::string_view key, const yaml::Node& node,
                                 const Allowed& allowed);

// The same of words: one of `words`, or a list of some in their order. Choices are their places.
std::vector<double> read_words(yaml::Fields& fields, std::string_view key, const yaml::Node& node,
                               const std::vector<std::string_view>& words);

}  // namespace h4h::nas
