#pragma once

#include <cstdint>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// ResNet-18 (He et al., CVPR 2016, table 1), padded on all sides alike as torchvision does, for a
// square input. Resolution 32..1024. Throws NetworkError outside.
Network resnet18(std::int64_t resolution = 224);

// The image classifier of MLPerf Tiny: 32 x 32, 10 classes.
Network resnet8();

}  // namespace h4h::workloads
