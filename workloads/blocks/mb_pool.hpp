#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

// The efficient last stage of MobileNetV3 (Howard et al. 2019): a 1 x 1 convolution to `expanded`
// channels, the mean over all pixels, a linear layer to `features`, the classifier; the function
// behind the first and the third.
TensorId mb_pool(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t expanded,
                 std::int64_t features, std::int64_t classes,
                 ActivationFunction function = ActivationFunction::relu6);

}  // namespace h4h::workloads
