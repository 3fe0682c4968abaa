#pragma once

#include <cstdint>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// MobileNet (Howard et al., 2017, table 1) with `width` multiplier and a square input.
// Width 0.1..4, resolution 32..1024, classes 1..65536. Throws NetworkError outside.
Network mobilenet_v1(double width = 1.0, std::int64_t resolution = 224,
                     std::int64_t classes = 1000);

}  // namespace h4h::workloads
