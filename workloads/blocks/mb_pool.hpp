#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

// The efficient last stage of MobileNetV3 (Howard et al. 2019): a 1 x 1 convolution to `expanded`
// channels, the mean over all pixels, a linear layer to `features`, the classifier.
TensorId mb_pool(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t expanded,
                 std::int64_t features, std::int64_t classes);

}  // namespace h4h::workloads
