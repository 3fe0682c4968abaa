#pragma once

#include <vector>

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// Layers that run as other layers, one behind the other (NpuLowering::parts; Vela 5.1.0, Regor):
//   linear per token        a 1x1 convolution over the tokens, folded into height and width
//   grouped convolution     a convolution for each group, and a pass of the activation over all
//   dilation over 2         a kernel with zeros between its taps, which take cycles, at dilation 2
//                           where the dilation is even
//   transposed convolution  a convolution of stride 1 over the input with zeros between its pixels;
//                           the zeros take cycles, but are not read from memory
//   lstm                    for each step four gates, each two fully connected layers and their
//                           sum, and the functions and products of the state
//   svdf                    a fully connected layer, the filters in time as a depthwise
//                           convolution, and the sums of the units. Assumption: Arm's compiler
//                           leaves it to the CPU
//   concat                  a copy of each input
//   pad                     a copy of the input, and for each side one of a constant, which comes
//                           from the weight memory
//   resize by 4, 8, ...     passes that double the size; one that is bilinear averages in the last
//                           of them. Of a single pixel: an addition that repeats it
struct NpuPart {
  workloads::LayerShape layer;
  bool reads_input = false;    // of the layer; else what parts before it made
  bool constant = false;       // reads a constant instead
  bool writes_output = false;  // of the layer; the last part does in any case
  std::int64_t pooling = 1;    // times the taps of its rule that it pools
};

// Of one step where the layer has steps.
std::vector<NpuPart> parts_of(const workloads::LayerShape& layer);

// Whether it is a single part: its weights may be copied ahead like those of other layers.
bool is_single_part(const workloads::LayerShape& layer);

// Whether the sizes of a resize need several passes or another one.
bool is_resize_in_parts(const workloads::LayerShape& layer);

std::int64_t encoded_bytes_of_parts(const workloads::LayerShape& layer);

NpuPlan plan_parts(const NpuConfig& config, const workloads::LayerShape& layer, Layout input,
                   Layout output, const NpuMemories& memories, const WeightsAhead& ahead);

}  // namespace h4h::models
