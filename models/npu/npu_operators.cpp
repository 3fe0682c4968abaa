#include "models/npu/npu_operators.hpp"

#include <algorithm>
#include <variant>

namespace h4h::models {
namespace {

using workloads::Activation;

// What only moves or maps elements runs as a pooling pass. Those with a lowering of their own are
// never a pass: their other answers are not asked for.
struct RuleOf {
  // What Regor of Vela 5.1.0 calls a MemoryCopy: a 1x1 average pool whose output it charges like a
  // look-up, since it has no fused activation. That may be a slip of the estimator, like its
  // pooling (array_cycles); the legacy one comes to a similar time with blocks that fit the map
  // badly. No measurement is known.
  static constexpr NpuRule kCopy{NpuKernel::pooling, NpuReads::moved, OutputStage::cycle};

  NpuRule operator()(const workloads::Conv2d& op) const {
    return {NpuKernel::convolution, NpuReads::window, OutputStage::pass,
            op.groups == 1 ? of_window(op.window) : NpuLowering::parts};
  }
  NpuRule operator()(const workloads::DepthwiseConv2d& op) const {
    return {NpuKernel::depthwise, NpuReads::window, OutputStage::pass, of_window(op.window)};
  }
  NpuRule operator()(const workloads::Linear& op) const {
    if (op.per_token) return {NpuKernel::convolution, {}, {}, NpuLowering::parts};
    return {NpuKernel::vector_product};
  }
  NpuRule operator()(const workloads::Pad& /*op*/) const { return parts(); }
  NpuRule operator()(const workloads::Pool2d& op) const {
    const bool max = op.kind == workloads::PoolKind::max;
    return {NpuKernel::pooling, NpuReads::window, max ? OutputStage::maximum : OutputStage::pass};
  }
  NpuRule operator()(const workloads::Mean& /*op*/) const { return lowered(NpuLowering::mean); }
  NpuRule operator()(const workloads::Elementwise& op) const {
    return {NpuKernel::elementwise, NpuReads::window, stage_of(op.kind)};
  }
  // Slopes of a prelu differ by channel, so no table can hold it. The others are charged as Regor
  // charges a pass without a fused activation, a clamping one included.
  NpuRule operator()(const workloads::Activate& op) const {
    const bool slopes = op.activation == Activation::prelu;
    return {NpuKernel::pooling, NpuReads::window,
            slopes ? OutputStage::product_and_maximum : OutputStage::cycle};
  }
  NpuRule operator()(const workloads::Concat& /*op*/) const { return parts(); }
  NpuRule operator()(const workloads::Reshape& /*op*/) const { return lowered(NpuLowering::view); }
  NpuRule operator()(const workloads::Transpose& /*op*/) const {
    return lowered(NpuLowering::transpose);
  }
  // An average pool of the input with its pixels repeated, without a fused activation (see kCopy);
  // several passes for some sizes.
  NpuRule operator()(const workloads::Resize& op) const {
    const bool nearest = op.kind == workloads::ResizeKind::nearest;
    return {NpuKernel::pooling, nearest ? NpuReads::nearest : NpuReads::bilinear,
            OutputStage::cycle, NpuLowering::resize};
  }
  // In one pass where the platform gives its cycles.
  NpuRule operator()(const workloads::Softmax& /*op*/) const {
    return {NpuKernel::elementwise, NpuReads::window, OutputStage::softmax, NpuLowering::softmax};
  }
  NpuRule operator()(const workloads::MatMul& /*op*/) const { return lowered(NpuLowering::matmul); }
  NpuRule operator()(const workloads::LayerNorm& /*op*/) const {
    return {NpuKernel::elementwise, NpuReads::window, OutputStage::layer_norm};
  }
  NpuRule operator()(const workloads::Attention& /*op*/) const {
    return lowered(NpuLowering::attention);
  }
  // One slope: Arm's compiler makes a table of it, as of tanh (Vela 5.1.0, Regor: a pass of a cycle
  // an element).
  NpuRule operator()(const workloads::LeakyRelu& /*op*/) const {
    return {NpuKernel::pooling, NpuReads::window, OutputStage::table};
  }
  // Assumption: copies, block x block of them; no figure of Arm's is known for it. Each copy reads
  // whole groups of 16 channels of an NHCWB16 map.
  NpuRule operator()(const workloads::DepthToSpace& /*op*/) const { return kCopy; }

  // As one convolution of the input with zeros between its pixels, the others as several layers.
  NpuRule operator()(const workloads::TransposeConv2d& /*op*/) const { return parts(); }
  NpuRule operator()(const workloads::Lstm& /*op*/) const { return parts(); }
  NpuRule operator()(const workloads::Svdf& /*op*/) const { return parts(); }
  NpuRule operator()(const workloads::SpaceToDepth& /*op*/) const { return kCopy; }
  // Assumption: each as a table of 256 values, as Arm's compiler makes of tanh and leaky_relu; some
  // of them it leaves to the CPU.
  NpuRule operator()(const workloads::Unary& /*op*/) const {
    return {NpuKernel::pooling, NpuReads::window, OutputStage::table};
  }
  NpuRule operator()(const workloads::Slice& /*op*/) const { return kCopy; }
  NpuRule operator()(const workloads::Gather& /*op*/) const { return kCopy; }
  NpuRule operator()(const workloads::Tile& /*op*/) const { return kCopy; }
  NpuRule operator()(const workloads::Reduce& /*op*/) const { return lowered(NpuLowering::reduce); }
  NpuRule operator()(const workloads::ArgMax& /*op*/) const {
    return lowered(NpuLowering::arg_max);
  }
  // Assumption: at the rate that the platform gives a layer norm.
  NpuRule operator()(const workloads::GroupNorm& /*op*/) const {
    return {NpuKernel::elementwise, NpuReads::window, OutputStage::layer_norm};
  }

  // A maximum takes a cycle an element and no less: Regor of Vela 5.1.0 charges what has no fused
  // activation so; the legacy estimator half of it on 128 MACs, and waits for the memory longer.
  // Assumptions: a minimum as a maximum; a quotient as a product with a reciprocal by table; a
  // squared difference as a difference and a product.
  static OutputStage stage_of(workloads::ElementwiseKind kind) {
    switch (kind) {
      case workloads::ElementwiseKind::add:
      case workloads::ElementwiseKind::sub:
        return OutputStage::sum;
      case workloads::ElementwiseKind::mul:
        return OutputStage::product;
      case workloads::ElementwiseKind::maximum:
      case workloads::ElementwiseKind::minimum:
        return OutputStage::cycle;
      case workloads::ElementwiseKind::div:
        return OutputStage::table_and_product;
      case workloads::ElementwiseKind::squared_difference:
        break;
    }
    return OutputStage::product_and_maximum;
  }
  // The hardware's kernels are of dilation 1 and 2 (Vela 5.1.0).
  static NpuLowering of_window(const workloads::Window& window) {
    return std::max(window.dilation_height, window.dilation_width) > 2 ? NpuLowering::parts
                                                                       : NpuLowering::blocks;
  }
  static NpuRule parts() { return lowered(NpuLowering::parts); }
  static NpuRule lowered(NpuLowering lowering) {
    return {NpuKernel::pooling, NpuReads::window, OutputStage::pass, lowering};
  }
};

// Of a table, and of what has no fused activation, in 32nds.
std::int64_t full_cycle(const NpuConfig& config) { return 32 / config.cores; }

std::int64_t stage_32nds(const NpuConfig& config, OutputStage stage) {
  const std::int64_t pass = config.pass;
  switch (stage) {
    case OutputStage::pass:
      return pass;
    case OutputStage::maximum:
      return pass / 2;
    case OutputStage::product:
      return pass * 3 / 2;
    case OutputStage::sum:
      return pass * 3;
    case OutputStage::product_and_maximum:
      return pass * 3 / 2 + pass * 3;
    case OutputStage::table:
    case OutputStage::cycle:
      return std::max(pass, full_cycle(config));
    case OutputStage::table_and_product:
      return std::max(pass, full_cycle(config)) + pass * 3 / 2;
    case OutputStage::softmax:
      return 32 * config.softmax_cycles;
    case OutputStage::layer_norm:
      return 32 * config.layer_norm_cycles;
  }
  return 0;
}

// Vela 5.1.0: a quotient takes 33 cycles an element.
constexpr std::int64_t kU85Quotient = 33 * 32;

std::int64_t u85_32nds(const NpuConfig& config, OutputStage stage) {
  switch (stage) {
    case OutputStage::product_and_maximum:
      return 2 * config.pass;
    case OutputStage::table_and_product:
      return kU85Quotient;
    case OutputStage::softmax:
    case OutputStage::layer_norm:
      return stage_32nds(config, stage);
    case OutputStage::pass:
    case OutputStage::maximum:
    case OutputStage::product:
    case OutputStage::sum:
    case OutputStage::table:
    case OutputStage::cycle:
      break;
  }
  return config.pass;
}

std::int64_t activation_32nds(const NpuConfig& config, Activation activation) {
  if (activation == Activation::none || activation == Activation::prelu) return 0;
  if (config.is_u85()) return config.pass;
  if (workloads::is_lookup(activation)) return full_cycle(config);
  return std::min(full_cycle(config), config.pass);
}

}  // namespace

NpuRule npu_rule(const workloads::Op& op) { return std::visit(RuleOf{}, op); }

NpuKernel npu_kernel(const workloads::Op& op) { return npu_rule(op).kernel; }

bool uses_table(const workloads::Op& op) {
  return npu_rule(op).output == OutputStage::table ||
         workloads::is_lookup(workloads::activation_of(op));
}

std::int64_t output_32nds(const NpuConfig& config, const workloads::Op& op) {
  const OutputStage stage = npu_rule(op).output;
  return std::max(config.is_u85() ? u85_32nds(config, stage) : stage_32nds(config, stage),
                  activation_32nds(config, workloads::activation_of(op)));
}

}  // namespace h4h::models
