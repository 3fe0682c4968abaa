#pragma once

#include <cstdint>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// MobileNetV2 (Sandler et al., CVPR 2018, table 2) with `width` multiplier and a square input.
// Resolution 32..1024; width 0.1..4. Throws NetworkError outside.
Network mobilenet_v2(double width = 1.0, std::int64_t resolution = 224);

}  // namespace h4h::workloads
