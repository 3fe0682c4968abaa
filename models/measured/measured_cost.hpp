#pragma once

#include <cstdint>
#include <optional>

#include "models/time/picoseconds.hpp"
#include "platforms/description/measured_table.hpp"

namespace h4h::models {

// What a layer takes by itself, as a table of measurements says.
struct MeasuredCost {
  Picoseconds time;
  std::optional<std::int64_t> energy_fj;  // dynamic, femtojoules; nullopt where no energy is given
};

// Of a measured layer: its time and energy. Of one inside a box of measured layers of its kind and
// stride: multilinear between the box's corners, in logarithms. The axes of a box are pixels,
// aspect (width / height), input and output channels (depthwise: outputs per input); all its
// corners must be measured, and no measured layer lie between them. Else nullopt: nothing is
// extrapolated, and no hole filled.
std::optional<MeasuredCost> measured_cost(const platforms::MeasuredTable& table,
                                          const workloads::ListedShape& layer);

}  // namespace h4h::models
