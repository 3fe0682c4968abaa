#include "models/npu/npu_config.hpp"

#include <algorithm>
#include <stdexcept>

namespace h4h::models {
namespace {

using workloads::Activation;
using workloads::ElementwiseKind;
using workloads::PoolKind;

std::int64_t activation_eighths(const NpuConfig& config, Activation activation) {
  if (activation == Activation::none || activation == Activation::prelu) return 0;
  if (workloads::is_lookup(activation)) return 8;
  return std::min<std::int64_t>(8, 512 / config.macs_per_cycle);
}

std::int64_t operator_eighths(const NpuConfig& config, const workloads::Op& op) {
  const std::int64_t base = 512 / config.macs_per_cycle;  // 64 / macs cycles
  if (const auto* elementwise = std::get_if<workloads::Elementwise>(&op)) {
    return elementwise->kind == ElementwiseKind::mul ? base * 3 / 2 : base * 3;
  }
  if (const auto* pool = std::get_if<workloads::Pool2d>(&op)) {
    if (pool->kind == PoolKind::max) return base / 2;
  }
  if (const auto* activate = std::get_if<workloads::Activate>(&op)) {
    // One multiplication and one maximum: slopes differ by channel, so no table can hold it.
    if (activate->activation == Activation::prelu) return base * 3 / 2 + base * 3;
  }
  if (std::holds_alternative<workloads::Softmax>(op)) return 8 * config.softmax_cycles;
  if (std::holds_alternative<workloads::LayerNorm>(op)) return 8 * config.layer_norm_cycles;
  return base;
}

}  // namespace

NpuConfig npu_config(std::int64_t macs_per_cycle) {
  switch (macs_per_cycle) {
    case 32:
      return {32, 1, 1, 4, 16, 2, 4, 16, 3};
    case 64:
      return {64, 1, 1, 8, 16, 2, 4, 32, 2};
    case 128:
      return {128, 1, 2, 8, 24, 4, 8, 32, 2};
    case 256:
      return {256, 2, 2, 8, 48, 8, 16, 32, 2};
    default:
      throw std::invalid_argument("npu.macs_per_cycle must be 32, 64, 128 or 256");
  }
}

NpuConfig npu_config(const platforms::Npu& npu) {
  NpuConfig config = npu_config(npu.macs_per_cycle);
  config.softmax_cycles = npu.softmax_cycles;
  config.layer_norm_cycles = npu.layer_norm_cycles;
  config.matmul_rule = npu.matmul_rule;
  config.matmul_utilization = npu.matmul_utilization;
  config.command_floor = npu.command_floor == platforms::CommandFloor::on;
  return config;
}

std::int64_t output_eighths(const NpuConfig& config, const workloads::Op& op) {
  return std::max(operator_eighths(config, op),
                  activation_eighths(config, workloads::activation_of(op)));
}

}  // namespace h4h::models
