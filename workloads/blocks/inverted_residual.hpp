#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

// Whether a block adds its input to its output: where stride and channels allow, or not at all.
enum class InputSum { where_possible, none };

// The inverted residual bottleneck of MobileNetV2 (IRB, MBConv): a 1 x 1 convolution that expands
// the channels, left out where `expanded` is what comes in, a 3 x 3 depthwise one, a 1 x 1 that
// projects.
TensorId inverted_residual(BlockBuilder& b, const std::string& name, TensorId in,
                           std::int64_t expanded, std::int64_t channels, std::int64_t stride,
                           InputSum sum = InputSum::where_possible);

}  // namespace h4h::workloads
