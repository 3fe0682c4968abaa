#include "models/npu/npu_config.hpp"

#include <algorithm>
#include <stdexcept>

namespace h4h::models {
namespace {

using workloads::Activation;
using workloads::ElementwiseKind;
using workloads::PoolKind;

bool is_lookup(Activation activation) {
  return activation == Activation::tanh || activation == Activation::logistic;
}

std::int64_t activation_eighths(const NpuConfig& config, Activation activation) {
  if (activation == Activation::none) return 0;
  if (is_lookup(activation)) return 8;
  return std::min<std::int64_t>(8, 8 * 64 / config.macs_per_cycle);
}

std::int64_t operator_eighths(const NpuConfig& config, const workloads::Op& op) {
  const std::int64_t base = 8 * 64 / config.macs_per_cycle;
  if (const auto* elementwise = std::get_if<workloads::Elementwise>(&op)) {
    return elementwise->kind == ElementwiseKind::mul ? base * 3 / 2 : base * 3;
  }
  if (const auto* pool = std::get_if<workloads::Pool2d>(&op)) {
    if (pool->kind == PoolKind::max) return base / 2;
  }
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

std::int64_t output_eighths(const NpuConfig& config, const workloads::Op& op) {
  return std::max(operator_eighths(config, op),
                  activation_eighths(config, workloads::activation_of(op)));
}

}  // namespace h4h::models
