#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/document.hpp"
#include "sim/explain/difference.hpp"
#include "sim/explain/explain.hpp"

namespace h4h::sim {

// What `h4h explain` found out about a network on a chip.
struct Explanation {
  Report report;
  std::vector<std::string> parts;    // by LayerReasons::waits
  std::vector<LayerReasons> layers;  // in file order
  std::vector<WhatIf> what_ifs;
  std::optional<std::size_t> layer;  // the one that is asked for
};

// Sentences and tables of at most 80 columns: `top` layers, those that take longest.
std::string format_explanation(const Explanation& explanation, std::size_t top);
// "h4h.explain/1".
Document explanation_document(const Explanation& explanation);

// Two chips and one network.
struct ChipDifference {
  std::string first_title, second_title;
  Report first, second;
  std::vector<KeyDifference> keys;
  std::vector<LayerDifference> layers;
};
std::string format_difference(const ChipDifference& difference, std::size_t top);
// "h4h.explain-against/1".
Document difference_document(const ChipDifference& difference);

}  // namespace h4h::sim
