#pragma once

#include <vector>

#include "models/counts/timeline.hpp"
#include "sim/network/cascade.hpp"

namespace h4h::sim {

// The same run with the stripes of each layer together, one behind the other, and the layers in
// file order: what a drawing by layer shows. `stripes`: what ran, in order, of `layers` layers.
// Throws std::invalid_argument where the timeline is of another run.
models::Timeline by_layer(const models::Timeline& timeline, const std::vector<Stripe>& stripes,
                          std::size_t layers);

}  // namespace h4h::sim
