#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/memory/layout.hpp"
#include "models/systolic/systolic_values.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// A layer is products of matrices (output pixels x reduction) and (reduction x output channels).
// The array makes R x C outputs at a time, a fold: R pixels in its R rows, C channels in its C
// columns. An output channel of a depthwise layer reads inputs that no other does, and takes a fold
// by itself, in one column.

// Cycles of a fold with a reduction of T products for each output:
//   overlapped:  R + C + T - 2     the last products reach the far corner R + C - 2 cycles late
//   exposed:    2R + C + T - 2     and R cycles pass until the last outputs have left
// The second is the runtime of an output-stationary fold of Samajdar et al., "A systematic
// methodology for characterizing scalability of DNN accelerators using SCALE-Sim", ISPASS 2020. The
// first is what SCALE-Sim v2 counts: the results that its repository publishes are of this form
// (tests/models/systolic_timing_test.cpp). Edges of a layer take whole folds, as there.
std::int64_t fold_cycles(const platforms::Systolic& array, std::int64_t reduction);

// Some folds: their inputs and weights come in while those of the step before are worked on. Bytes
// are new ones, 0 for what the buffers hold already; of feature maps as stored.
struct SystolicStep {
  std::int64_t input_bytes = 0, operand_bytes = 0;  // of the first and the second input
  std::int64_t spilled_input_bytes = 0, spilled_operand_bytes = 0;  // of those: external memory
  std::int64_t weight_bytes = 0;  // raw int8: the array knows no encoding
  std::int64_t output_bytes = 0;
  std::int64_t cycles = 0;
};

struct SystolicPlan {
  std::vector<SystolicStep> steps;
  std::int64_t macs = 0;
  std::int64_t input_run = INT64_MAX, output_run = INT64_MAX;  // bytes that lie together
  bool spills_output = false;                                  // lies in the external memory
};

// Why the array cannot run the layer: "a systolic array cannot run max_pool: it has no products";
// "" where it can. It runs convolutions without groups, depthwise and linear layers and matmul,
// with activations that need no table, where a fold fits its buffers: weights of C columns, the
// input rows of R pixels, and R x C outputs in half a buffer each.
std::string systolic_cannot_run(const platforms::Systolic& array,
                                const workloads::LayerShape& layer);

// What the array does for `layer`, already its share of channels; it can run it. A step is C
// channels of some pixels, as many as fit and at most about an eighth of them, so that streams hide
// behind work. Channels or pixels are the outer loop, whichever moves fewer bytes; what fits half a
// buffer as a whole is read once. Throws PlanTooLarge.
SystolicPlan plan_systolic(const platforms::Systolic& array, const workloads::LayerShape& layer,
                           Layout input, Layout output);

}  // namespace h4h::models
