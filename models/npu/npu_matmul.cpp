#include "models/npu/npu_matmul.hpp"

#include <algorithm>
#include <cmath>

#include "models/device/plan_size.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_passes.hpp"
#include "models/npu/npu_transpose.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;

struct Product {
  std::int64_t rows, depth, columns;
};

Product product_of(const LayerShape& layer) {
  return {layer.output.width, layer.input().channels, layer.output.channels};
}

NpuPlan as_weights(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                   const NpuMemories& memories) {
  const Product p = product_of(layer);
  LayerShape one{workloads::Conv2d{p.columns, {}, workloads::Activation::none},
                 {{1, p.rows, p.depth}},
                 {1, p.rows, p.columns},
                 p.depth * p.columns,
                 {}};
  return plan_with_dynamic_weights(config, one, input, output, memories);
}

// Vela 5.1.0 (Regor, EstimateMatMulCycles): a multiplication of all elements, which takes a cycle
// each at least since it has no fused activation, and a sum over depth, for every column. Regor
// counts a byte for each product in the scratch; the four that it takes are charged here.
NpuPlan as_arm_lowers(const NpuConfig& config, const LayerShape& layer,
                      const NpuMemories& memories) {
  const Product p = product_of(layer);
  const std::int64_t elements = p.rows * p.depth;
  constexpr std::int64_t kScratchBytes = 4;  // products are kept in 32 bits
  const workloads::Op product =
      workloads::Elementwise{workloads::ElementwiseKind::mul, workloads::Activation::none};
  const std::int64_t each =
      std::max<std::int64_t>(32 / config.cores, output_32nds(config, product));
  const std::int64_t scratch = kScratchBytes * elements;
  NpuPlan column;
  append_passes(column, {{elements, elements + p.depth, scratch, 0, ceil_div(each * elements, 32),
                          ReadsBack::nothing},
                         {p.rows, scratch, p.rows, row_sum_cycles(config, p.rows, p.depth),
                          pass_cycles(config, p.rows), ReadsBack::blocks, 0, elements,
                          2 * memories.activations.latency_cycles}});
  check_plan_size(static_cast<double>(column.steps.size()) * static_cast<double>(p.columns));
  NpuPlan plan;
  for (std::int64_t i = 0; i < p.columns; ++i) {
    plan.steps.insert(plan.steps.end(), column.steps.begin(), column.steps.end());
  }
  return plan;
}

// Vela 5.1.0 (Regor): a vector product whose weights are the transposed second operand.
NpuPlan as_native(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                  const NpuMemories& memories) {
  const Product p = product_of(layer);
  workloads::Linear product;
  product.out_features = p.columns;
  product.per_token = true;
  const LayerShape one{product,
                       {{1, p.rows, p.depth}, {1, p.columns, p.depth}},
                       {1, p.rows, p.columns},
                       p.depth * p.columns,
                       {}};
  return plan_with_dynamic_weights(config, one, input, output, memories);
}

// The same transposition on an Ethos-U85: a pooling pass of one tap.
void transpose_natively(NpuPlan& plan, const NpuConfig& config, const LayerShape& layer,
                        const NpuMemories& memories) {
  const Product p = product_of(layer);
  const Shape map{layer.output.height, p.columns, p.depth};
  const LayerShape copy{workloads::Slice{{0, 0, 0}, map, {1, 1, 1}}, {map}, map, {}, {}};
  plan.steps = plan_npu(config, copy, Layout::nhwc, Layout::nhwc, memories).steps;
}

NpuPlan as_dense(const NpuConfig& config, const LayerShape& layer) {
  const Product p = product_of(layer);
  const double macs = static_cast<double>(p.rows * p.depth * p.columns);
  const double rate = static_cast<double>(config.macs_per_cycle) * config.matmul_utilization;
  NpuStep step;
  step.input_bytes = p.rows * p.depth;
  step.operand_bytes = p.depth * p.columns;
  step.mac_cycles = static_cast<std::int64_t>(std::ceil(macs / rate));
  step.output_cycles = pass_cycles(config, p.rows * p.columns);
  step.output_bytes = p.rows * p.columns;
  step.ends_block = true;
  return {{}, {step}, 0};
}

// All of it, so that the columns are rows, whichever way it comes (Vela 5.1.0, Regor).
void transpose_second(NpuPlan& plan, const LayerShape& layer) {
  const Product p = product_of(layer);
  const Shape map{layer.output.height, p.columns, p.depth};
  using workloads::Axis;
  const LayerShape turn{workloads::Transpose{{Axis::height, Axis::channels, Axis::width}},
                        {{map.height, map.channels, map.width}},
                        map,
                        {},
                        {}};
  plan.steps = plan_transpose(turn, Layout::nhwc, Layout::nhwc).steps;
}

}  // namespace

NpuPlan plan_matmul(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                    const NpuMemories& memories) {
  NpuPlan one;
  switch (config.matmul_rule) {
    case platforms::MatmulRule::weights:
      one = as_weights(config, layer, input, output, memories);
      break;
    case platforms::MatmulRule::arm:
      one = config.is_u85() ? as_native(config, layer, input, output, memories)
                            : as_arm_lowers(config, layer, memories);
      break;
    case platforms::MatmulRule::dense:
      one = as_dense(config, layer);
      break;
  }
  check_plan_size(static_cast<double>(one.steps.size()) * static_cast<double>(layer.output.height));
  NpuPlan plan = one;
  plan.steps.clear();
  plan.macs = workloads::macs(layer);
  if (config.matmul_rule == platforms::MatmulRule::arm) {
    config.is_u85() ? transpose_natively(plan, config, layer, memories)
                    : transpose_second(plan, layer);
  }
  const std::size_t transposed = plan.steps.size();
  for (std::int64_t matrix = 0; matrix < layer.output.height; ++matrix) {
    plan.steps.insert(plan.steps.end(), one.steps.begin(), one.steps.end());
  }
  if (config.is_u85() && transposed > 0) plan.steps[transposed].after_output = true;
  return plan;
}

}  // namespace h4h::models
