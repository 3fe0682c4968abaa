#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

constexpr std::int64_t kHeadChannels = 8;  // of every attention head, paper section 4

// A transformer encoder with layer norm in front of each half (Vaswani et al. 2017; pre-norm as in
// ViT, Dosovitskiy et al. 2021), every pixel a token: layer norm, query, key and value of `width`
// channels, attention in heads of 8 channels with a learned bias for each distance in rows and
// columns (LeViT, Graham et al. 2021), a projection back; then layer norm and two linear layers
// with `hidden` channels and a function between them. EfficientFormer (Li et al. 2022) has a GELU
// there and scales each half, which H4H does not. Both halves are added to what came in, so that a
// block may be left out. The position biases count as parameters; adding them to the scores is not
// costed.
TensorId vit_block(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t width,
                   std::int64_t hidden, ActivationFunction function = ActivationFunction::relu);

}  // namespace h4h::workloads
