#pragma once

#include "models/npu/npu_block.hpp"

namespace h4h::models {

// Blocks of an Ethos-U85, which keeps input, accumulators and output in memories of their own.
// Where no other source stands beside a rule it is one of Vela 5.1.0 (Regor, ethos_u85.cpp).

// Fully connected layers, of one row or of several; a product of two feature maps is one of two
// inputs, the second of which takes the place of the weights.
bool is_vector_product(const workloads::LayerShape& layer);
bool is_u85_product(const workloads::LayerShape& layer);

// Part-kernel walks 16 channels in steps of 5 taps, the rest of a kernel in one of 2 at least;
// depth-first walks 64 channels at one tap. The one that uses more of the array.
Traversal u85_traversal(const workloads::LayerShape& layer);

// Steps of one tap that part-kernel takes for a kernel of so many taps: 5 for every 5, and 2 at
// least for the rest.
std::int64_t u85_tap_steps(std::int64_t taps);

// Of those that the pass may take, the one that pads the output least; the first of equal ones.
const MicroBlockChoice& u85_micro_block(const NpuConfig& config,
                                        const workloads::LayerShape& layer);

// Channels of an input block: 16 part-kernel, else 64.
std::int64_t u85_input_depth(const workloads::LayerShape& layer);

// Unit in which an input block of so many channels is stored.
Box u85_input_unit(const NpuConfig& config, const workloads::LayerShape& layer,
                   std::int64_t channels);

// Whether input and accumulators of 32 bits fit their memories, both double.
bool fits_u85(const NpuConfig& config, const workloads::LayerShape& layer, const NpuBlock& block);

// The block of a pass in which outputs depend on input channels of their own. Depthwise and
// pooling: of the proportions of the map; accumulators and input fit once, and with a row of
// micro-blocks more of the input where there are several blocks; of all depths the one nearest to
// the map, whose depth counts a tenth. Elementwise: what the output memory holds.
NpuBlock u85_plane_block(const NpuConfig& config, const workloads::LayerShape& layer);

}  // namespace h4h::models
