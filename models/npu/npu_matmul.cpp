#include "models/npu/npu_matmul.hpp"

#include <algorithm>
#include <cmath>

#include "models/device/plan_size.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;

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

// Vela 5.1.0 (Regor, EstimateMatMulCycles): a multiplication of all elements and a sum over depth,
// a depth-first convolution of one tap, for every column.
NpuPlan as_arm_lowers(const NpuConfig& config, const LayerShape& layer) {
  const Product p = product_of(layer);
  const std::int64_t elements = p.rows * p.depth;
  constexpr std::int64_t kScratchBytes = 4;  // products are kept in 32 bits
  NpuStep multiply;
  multiply.input_bytes = elements + p.depth;
  multiply.output_cycles = multiply32_cycles(config, elements);
  multiply.output_bytes = kScratchBytes * elements;
  multiply.ends_block = true;
  NpuStep reduce;
  const std::int64_t plane = ceil_div(p.rows, config.ublock_height * config.ublock_width);
  reduce.input_bytes = kScratchBytes * elements;
  reduce.mac_cycles = std::max(config.weight_floor, 4 * plane) * ceil_div(p.depth, 32);
  reduce.output_cycles = ceil_div(512 * p.rows, 8 * config.macs_per_cycle);
  reduce.output_bytes = p.rows;
  reduce.ends_block = true;
  check_plan_size(2 * static_cast<double>(p.columns));
  NpuPlan plan;
  for (std::int64_t column = 0; column < p.columns; ++column) {
    plan.steps.push_back(multiply);
    plan.steps.push_back(reduce);
  }
  return plan;
}

NpuPlan as_dense(const NpuConfig& config, const LayerShape& layer) {
  const Product p = product_of(layer);
  const double macs = static_cast<double>(p.rows * p.depth * p.columns);
  const double rate = static_cast<double>(config.macs_per_cycle) * config.matmul_utilization;
  NpuStep step;
  step.input_bytes = p.rows * p.depth;
  step.operand_bytes = p.depth * p.columns;
  step.mac_cycles = static_cast<std::int64_t>(std::ceil(macs / rate));
  step.output_cycles = ceil_div(64 * p.rows * p.columns, config.macs_per_cycle);
  step.output_bytes = p.rows * p.columns;
  step.ends_block = true;
  return {{}, {step}, 0};
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
      one = as_arm_lowers(config, layer);
      break;
    case platforms::MatmulRule::dense:
      one = as_dense(config, layer);
      break;
  }
  check_plan_size(static_cast<double>(one.steps.size()) * static_cast<double>(layer.output.height));
  NpuPlan plan = one;
  plan.steps.clear();
  plan.macs = workloads::macs(layer);
  for (std::int64_t matrix = 0; matrix < layer.output.height; ++matrix) {
    plan.steps.insert(plan.steps.end(), one.steps.begin(), one.steps.end());
  }
  return plan;
}

}  // namespace h4h::models
