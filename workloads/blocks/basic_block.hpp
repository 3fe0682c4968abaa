#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

using WindowOf = Window (*)(const Shape& in, std::int64_t kernel, std::int64_t stride);

enum class Shortcut { where_needed, convolution };

// The basic block of ResNet (He et al. 2016): two 3 x 3 convolutions beside the input, which a
// 1 x 1 convolution fits where stride or channels change, or always.
TensorId basic_block(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t channels,
                     std::int64_t stride, WindowOf window, Shortcut shortcut);

}  // namespace h4h::workloads
