#pragma once

#include <string>
#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/report/report.hpp"
#include "sim/variants/variant_point.hpp"

namespace h4h::sim {

// A key that two platforms give different values, as `h4h platform diff` prints them.
struct KeyDifference {
  std::string key, first, second;
};
std::vector<KeyDifference> differing_keys(const platforms::Platform& first,
                                          const platforms::Platform& second);

// What two runs of one network differ in.
struct LayerDifference {
  std::string name;
  double first_s = 0, second_s = 0;
  double first_j = 0, second_j = 0;
  Bound first_bound, second_bound;
};
// The layers in file order. Throws std::invalid_argument for reports of two networks.
std::vector<LayerDifference> layer_differences(const Report& first, const Report& second);
std::vector<LayerDifference> layer_differences(const std::vector<VariantLayer>& first,
                                               const std::vector<VariantLayer>& second);

// How many of the layers, those with the largest differences first, make up `share` of the
// difference of the latencies; all where they differ in both directions and never do.
std::size_t layers_behind(const std::vector<LayerDifference>& layers, double share);
// In that order: by how much the latency moves in the direction of the whole network's.
std::vector<LayerDifference> by_effect(std::vector<LayerDifference> layers);

}  // namespace h4h::sim
