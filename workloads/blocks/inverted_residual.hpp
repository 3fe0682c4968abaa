#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

// What a block adds to its output: its input where stride and channels allow; nothing; or always
// what a 1 x 1 convolution makes of its input, behind an average over stride x stride pixels where
// there is a stride (AttentiveNAS, Wang et al. 2021).
enum class InputSum { where_possible, none, projected };

struct InvertedResidualOptions {
  InputSum sum = InputSum::where_possible;
  std::int64_t kernel = 3;  // of the depthwise convolution
  ActivationFunction function = ActivationFunction::relu6;
  bool squeeze = false;  // squeeze and excitation behind the depthwise convolution
};

// The inverted residual bottleneck of MobileNetV2 (IRB, MBConv): a 1 x 1 convolution that expands
// the channels, left out where `expanded` is what comes in, a depthwise one, a 1 x 1 that projects.
TensorId inverted_residual(BlockBuilder& b, const std::string& name, TensorId in,
                           std::int64_t expanded, std::int64_t channels, std::int64_t stride,
                           const InvertedResidualOptions& options = {});

}  // namespace h4h::workloads
