#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

// Channels between the two linear layers: a quarter of `channels`, in whole eights, but not below
// 90 % of the quarter (make_divisible of MobileNetV3 and of once-for-all).
std::int64_t squeezed_channels(std::int64_t channels);

// Squeeze and excitation (Hu et al. 2018) as in MobileNetV3 (Howard et al. 2019): the mean over all
// pixels, a linear layer with ReLU to squeezed_channels(), one back, a hard sigmoid; every channel
// of the input is multiplied with its result. Layers NAME/mean, NAME/reduce, NAME/restore,
// NAME/gate and NAME/scale.
TensorId squeeze_excitation(BlockBuilder& b, const std::string& name, TensorId in);

}  // namespace h4h::workloads
