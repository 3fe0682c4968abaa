#pragma once

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// A small vision transformer on our own block, after DeiT-Ti (Touvron et al. 2021): 16 x 16
// patches, 12 encoders of 192 channels, MLP ratio 4; heads of 8 channels, and the mean of all
// tokens in place of a class token. Throws NetworkError for a resolution outside 32..1024 or not
// a multiple of 16.
Network vit_tiny(std::int64_t resolution = 224);

}  // namespace h4h::workloads
