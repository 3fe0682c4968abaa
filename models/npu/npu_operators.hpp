#pragma once

#include <cstdint>

#include "models/npu/npu_config.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// How the NPU runs each operator: one line of the table in npu_operators.cpp. An operator without
// one does not compile.

// The way a pass takes through the MAC array.
enum class NpuKernel { convolution, depthwise, vector_product, pooling, elementwise };

// What becomes of a layer: passes over blocks of its output, passes of a kind of its own, the
// passes of other layers one behind the other (npu_parts.hpp; of a resize for some sizes), nothing.
enum class NpuLowering {
  blocks,
  mean,
  softmax,
  matmul,
  attention,
  reduce,
  arg_max,
  transpose,
  resize,
  parts,
  view
};

// Input behind a block of the output: under its window; the same part of a map of another size,
// bilinear with one row and column more; as many elements as the block has, from elsewhere.
enum class NpuReads { window, nearest, bilinear, moved };

// What the output stage does with an int8 element, in passes of 64 / MACs cycles on an Ethos-U55 or
// U65 (Vela 5.1.0, ethos_u55_performance.cpp: output cycles). On an Ethos-U85 (ethos_u85_
// performance.cpp) the width of the data decides: each of them is a pass, but for what names two.
enum class OutputStage {
  pass,                 // 1
  maximum,              // 1/2
  product,              // 3/2
  sum,                  // 3
  product_and_maximum,  // 9/2; a difference and its square, too
  table_and_product,    // 5/2, and no less than a cycle for the table
  table,                // 1, and no less than a cycle
  cycle,                // the same, without a table
  softmax,              // the platform says: npu.softmax.cycles_per_element
  layer_norm,           // npu.layer_norm.cycles_per_element
};

struct NpuRule {
  NpuKernel kernel = NpuKernel::pooling;  // of the passes over blocks
  NpuReads reads = NpuReads::window;
  OutputStage output = OutputStage::pass;
  NpuLowering lowering = NpuLowering::blocks;
};

NpuRule npu_rule(const workloads::Op& op);
NpuKernel npu_kernel(const workloads::Op& op);

// Whether the op or its activation needs the table in the SHRAM.
bool uses_table(const workloads::Op& op);

// Cycles per output element of the output stage, in 32nds of a cycle: the larger of what the
// operator and its fused activation need. An activation by table needs a cycle, one that clamps a
// pass but at most a cycle, half of both on two cores; on an Ethos-U85 each needs a pass (Vela
// 5.1.0, the same: activation cycles).
std::int64_t output_32nds(const NpuConfig& config, const workloads::Op& op);

}  // namespace h4h::models
