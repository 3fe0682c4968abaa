#pragma once

#include <optional>

#include "models/time/picoseconds.hpp"
#include "platforms/description/measured_table.hpp"

namespace h4h::models {

// What a platform's table says that a layer takes. A measured layer: its time. One inside a box of
// measured layers of its kind and stride: multilinear between the box's corners, in logarithms. The
// axes of a box are pixels, aspect (width / height), input and output channels (depthwise: outputs
// per input); all its corners must be measured, and no measured layer lie between them. Else
// nullopt: nothing is extrapolated, and no hole filled.
std::optional<Picoseconds> measured_time(const platforms::MeasuredTable& table,
                                         const workloads::ListedShape& layer);

}  // namespace h4h::models
