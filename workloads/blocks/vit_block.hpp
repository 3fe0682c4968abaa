#pragma once

#include <string>

#include "workloads/blocks/block_builder.hpp"

namespace h4h::workloads {

constexpr std::int64_t kHeadChannels = 8;  // of every attention head, paper section 4

// A transformer encoder as in EfficientFormer (Li et al. 2022), every pixel a token: layer norm,
// query, key and value of `width` channels, attention in heads of 8 channels with a learned bias
// for each distance, a projection back; then layer norm and two linear layers with `hidden`
// channels between them. Both halves are added to what came in, so that a block may be left out.
TensorId vit_block(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t width,
                   std::int64_t hidden);

}  // namespace h4h::workloads
