#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

// The inverted residual bottleneck of MobileNetV2 (IRB, MBConv): a 1 x 1 convolution that expands
// the channels, left out where `expanded` is what comes in, a 3 x 3 depthwise one, a 1 x 1 that
// projects. The input is added where stride and channels allow.
TensorId inverted_residual(BlockBuilder& b, const std::string& name, TensorId in,
                           std::int64_t expanded, std::int64_t channels, std::int64_t stride);

}  // namespace h4h::workloads
