#include "models/npu/npu_timing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "models/device/plan_size.hpp"
#include "models/npu/npu_attention.hpp"
#include "models/npu/npu_cycles.hpp"
#include "models/npu/npu_matmul.hpp"
#include "models/npu/npu_mean.hpp"
#include "models/npu/npu_parts.hpp"
#include "models/npu/npu_reduce.hpp"
#include "models/npu/npu_softmax.hpp"
#include "models/npu/npu_span.hpp"
#include "models/npu/npu_stream.hpp"
#include "models/npu/npu_transpose.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;
using workloads::Window;

class Planner {
 public:
  Planner(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
          const NpuMemories& memories, const WeightsAhead& ahead, bool dynamic_weights)
      : config_(config),
        layer_(layer),
        input_(input),
        output_(output),
        memories_(memories),
        ahead_(ahead),
        dynamic_weights_(dynamic_weights),
        rule_(npu_rule(layer.op)),
        kernel_(rule_.kernel),
        window_(workloads::input_window(layer)),
        micro_(micro_block(config, layer)),
        block_(streamed_block(config, layer, memories)),
        has_weights_(workloads::weight_bytes(layer) > 0),
        encoded_bytes_(has_weights_ ? encoded_weight_bytes(layer) : 0) {}

  NpuPlan plan() {
    const double steps = estimated_steps();
    check_plan_size(steps);
    NpuPlan plan{block_, {}, workloads::macs(layer_)};
    plan.steps.reserve(static_cast<std::size_t>(steps));  // growing takes half as much again
    plan.input_run = input_run(layer_, block_, input_);
    plan.output_run = output_run(config_, layer_, block_, output_);
    const WeightSchedule schedule = weight_schedule();
    scales_apart_ = scales_apart(schedule);
    plan.scales_apart = scales_apart_;
    if (!schedule.buffered()) {
      add_channels(plan.steps, {0, layer_.output.channels}, true);
      return plan;
    }
    // A slice that begins inside a block that an earlier one has begun shares its input.
    std::int64_t begin = 0, last_block = -block_.depth;
    for (const std::int64_t end : schedule.ends) {
      const std::size_t before = plan.steps.size();
      add_channels(plan.steps, {begin, end}, begin / block_.depth > last_block / block_.depth);
      last_block = begin + (end - 1 - begin) / block_.depth * block_.depth;
      const Span inputs{0, slices()};
      plan.slices.push_back(
          {weight_bytes({begin, end}, inputs, {begin, end}), plan.steps.size() - before});
      begin = end;
    }
    plan.prefetched_bytes =
        std::min(bytes_ahead(memories_, ahead_.slack_cycles), plan.slices.front().bytes);
    return plan;
  }

 private:
  // As if all blocks were whole, and a block's weights came in the pieces of a later one.
  double estimated_steps() const {
    const Shape& out = layer_.output;
    const auto blocks = [](std::int64_t whole, std::int64_t part) {
      return static_cast<double>(ceil_div(whole, part));
    };
    const std::int64_t inputs = slices();
    const std::int64_t slice = slices_input() ? std::min(block_.input.depth, inputs) : 1;
    const Span channels{0, std::min(block_.depth, out.channels)};
    const std::int64_t piece = channels_per_piece(channels, {0, slice}, false);
    return blocks(out.height, block_.height) * blocks(out.width, block_.width) *
           blocks(out.channels, block_.depth) * blocks(inputs, slice) *
           blocks(channels.size(), piece);
  }

  WeightSchedule weight_schedule() const {
    if (dynamic_weights_) return {};
    return schedule_weights({config_, layer_, input_, output_, memories_, block_, encoded_bytes_},
                            ahead_);
  }

  // All blocks of some output channels, a spatial block at a time. The first of each may find its
  // input read: the estimators of Vela 5.1.0 count one reading for each whole block of channels,
  // into however many slices of weights it is cut.
  void add_channels(std::vector<NpuStep>& steps, Span range, bool first_reads) {
    const Shape& out = layer_.output;
    for (std::int64_t y = 0; y < out.height; y += block_.height) {
      const Span rows{y, std::min(y + block_.height, out.height)};
      for (std::int64_t x = 0; x < out.width; x += block_.width) {
        const Span columns{x, std::min(x + block_.width, out.width)};
        for (std::int64_t c = range.begin; c < range.end; c += block_.depth) {
          const bool reads = c > range.begin || first_reads || !slices_input();
          add_block(steps, rows, columns, {c, std::min(c + block_.depth, range.end)}, reads);
        }
      }
    }
  }

  bool slices_input() const {
    return kernel_ == NpuKernel::convolution || kernel_ == NpuKernel::vector_product;
  }

  // Into so many the input of a block is cut at most: its channels, or, of a depthwise one with a
  // kernel of more than 8 a side, as of a mean, the parts of that size.
  std::int64_t slices() const {
    if (slices_input()) return summed_channels(layer_);
    if (kernel_ != NpuKernel::depthwise) return 1;
    return ceil_div(window_.kernel_height, 8) * ceil_div(window_.kernel_width, 8);
  }

  // Output channels whose weights come in a piece: the decoder holds little, so the array starts
  // long before all weights of a block are there. No finer than what matters to the layer. A vector
  // product uses weights as fast as they come: its pieces, but for the first, are long enough for
  // the latency of the next to hide behind them.
  std::int64_t channels_per_piece(Span channels, Span slice, bool first) const {
    // Assumption: Arm does not say what the decoder holds. A sixteenth of a layer's weights leaves
    // little of its start exposed; 256 B are 32 cycles of the port, the latency of its memory.
    // Where requests need not wait for the stream before (StreamPort), a quarter of what is on its
    // way at a time.
    constexpr std::int64_t kPieces = 16, kLargestBytes = 2048;
    const std::int64_t smallest = smallest_piece();
    const std::int64_t each = ceil_div(weight_bytes(channels, slice, channels), channels.size());
    const std::int64_t bytes =
        std::clamp(encoded_bytes_ / kPieces, smallest, std::max(smallest, kLargestBytes));
    const std::int64_t fit = each == 0 ? channels.size() : bytes / each;
    const std::int64_t whole = fit / micro_.channels * micro_.channels;
    const bool hides = kernel_ == NpuKernel::vector_product && !first && each > 0;
    const std::int64_t least = hides ? ceil_div(smallest, each) : 1;
    return std::max(whole, round_up(least, micro_.channels));
  }

  std::int64_t smallest_piece() const {
    if (config_.type == platforms::NpuType::ethos_u55) return 256;
    constexpr std::int64_t kBytes = 64;
    const NpuMemory& m = memories_.weights;
    const double rate = std::min(m.bytes_per_cycle, memories_.streams.weights);
    const double on_their_way = rate * static_cast<double>(m.latency_cycles);
    return std::max(kBytes, static_cast<std::int64_t>(on_their_way / 4));
  }

  void add_block(std::vector<NpuStep>& steps, Span rows, Span columns, Span channels, bool reads) {
    const std::size_t first = steps.size();
    const std::int64_t inputs = slices();
    const std::int64_t slice = slices_input() ? block_.input.depth : 1;
    for (std::int64_t c = 0; c < inputs; c += slice) {
      const Span slice_channels{c, std::min(c + slice, inputs)};
      std::int64_t input = reads ? input_bytes(rows, columns, channels, slice_channels) : 0;
      for (std::int64_t d = channels.begin; d < channels.end;) {
        const std::int64_t piece = channels_per_piece(channels, slice_channels, steps.empty());
        const Span part{d, std::min(d + piece, channels.end)};
        d = part.end;
        NpuStep step;
        step.input_bytes = std::exchange(input, 0);
        (dynamic_weights_ ? step.operand_bytes : step.weight_bytes) =
            weight_bytes(channels, slice_channels, part);
        // The array steps over whole slices, the last one of an odd number of channels included: so
        // both estimators of Vela 5.1.0 count.
        const std::int64_t mac = mac_cycles(rows, columns, channels, std::min(slice, inputs), part);
        step.mac_cycles = slices_input() ? mac : mac * (c + 1) / inputs - mac * c / inputs;
        step.first_of_slice = part.begin == channels.begin;
        step.last_of_slice = part.end == channels.end;
        steps.push_back(step);
      }
    }
    NpuStep& last = steps.back();
    last.ends_block = true;
    if (scales_apart_) {
      last.scale_bytes = scale_bytes_of(channels.size());
    }
    last.output_cycles = output_cycles(rows, columns, channels);
    last.output_bytes = rows.size() * columns.size() * stored(channels, output_);
    if (config_.is_u85()) {
      last.output_parts =
          std::max<std::int64_t>(1, ceil_div(2 * last.output_bytes, config_.block_memories.output));
    }
    if (config_.command_floor) apply_command_floor(steps, first);
  }

  // An Ethos-U85 reads scales from the weight memory in any case, an Ethos-U65 unless they are
  // copied with the weights. An Ethos-U55 does as well, but that was left out of its model.
  bool scales_apart(const WeightSchedule& schedule) const {
    if (!has_weights_ || dynamic_weights_) return false;
    if (config_.is_u85()) return true;
    return config_.type == platforms::NpuType::ethos_u65 && !schedule.buffered();
  }

  // Of an Ethos-U85: of whole micro-blocks, at least 16 channels.
  std::int64_t scale_bytes_of(std::int64_t channels) const {
    if (!config_.is_u85()) return kScaleBytes * channels;
    return kScaleBytes * round_up(channels, std::max<std::int64_t>(16, micro_.channels));
  }

  // The steps from `first` on are a block. Both estimators of Vela 5.1.0 let neither of its stages
  // take less than a quarter of its work and of the difference of its memory times; of an
  // elementwise block a quarter of its work and its longer memory time.
  void apply_command_floor(std::vector<NpuStep>& steps, std::size_t first) const {
    std::int64_t input = 0, mac = 0;
    for (std::size_t i = first; i < steps.size(); ++i) {
      input += steps[i].input_bytes;
      mac += steps[i].mac_cycles;
    }
    NpuStep& last = steps.back();
    const bool elementwise = kernel_ == NpuKernel::elementwise;
    const std::int64_t read = memory_cycles(input, input_run(layer_, block_, input_));
    const std::int64_t write =
        memory_cycles(last.output_bytes, output_run(config_, layer_, block_, output_));
    const bool alone = block_.height >= layer_.output.height &&
                       block_.width >= layer_.output.width &&
                       block_.depth >= layer_.output.channels;
    const std::int64_t memory =
        elementwise ? std::max(read, write) : (alone ? 0 : std::abs(read - write));
    const std::int64_t least = (memory + mac + last.output_cycles) / 4;
    if (elementwise) {
      last.output_cycles = std::max(last.output_cycles, least);
    } else {
      last.command_cycles = least;
    }
  }

  std::int64_t memory_cycles(std::int64_t bytes, std::int64_t run) const {
    const NpuMemory& m = memories_.activations;
    return m.latency_cycles + static_cast<std::int64_t>(static_cast<double>(m.derated(bytes, run)) /
                                                        m.bytes_per_cycle);
  }

  static std::int64_t stored(Span channels, Layout layout) {
    return stored_channels(channels.end, layout) - stored_channels(channels.begin, layout);
  }

  // Input pixels read for an output block. A depthwise block is read as if it lay away from all
  // edges: both estimators of Vela 5.1.0 charge every block so, and it decides about layers that
  // their input bounds. Where the array does, blocks are clipped to the feature map: Arm's FVP
  // reads 2.47 M beats of MobileNetV2, the model 2.49 M so and 2.52 M with every block in full.
  std::int64_t read_pixels(Span rows, Span columns) const {
    const Window& w = window_;
    const Shape &in = layer_.input(), &out = layer_.output;
    if (kernel_ == NpuKernel::depthwise) {
      return std::min(block_.input.height, in.height) * std::min(block_.input.width, in.width);
    }
    if (rule_.reads == NpuReads::nearest || rule_.reads == NpuReads::bilinear) {
      const std::int64_t extra = rule_.reads == NpuReads::bilinear ? 1 : 0;
      return resized(rows, in.height, out.height, extra).size() *
             resized(columns, in.width, out.width, extra).size();
    }
    return touched(rows, w.stride_height, w.extent_height(), w.padding.top, in.height).size() *
           touched(columns, w.stride_width, w.extent_width(), w.padding.left, in.width).size();
  }

  std::int64_t input_bytes(Span rows, Span columns, Span channels, Span slice) const {
    if (kernel_ == NpuKernel::vector_product) return slice.size();
    if (rule_.reads == NpuReads::moved) {
      return rows.size() * columns.size() * stored(channels, input_);
    }
    const std::int64_t pixels = read_pixels(rows, columns);
    if (kernel_ == NpuKernel::convolution) return pixels * stored(slice, input_);
    if (layer_.inputs.size() == 2) {
      const Shape &first = layer_.input(), &second = layer_.inputs[1];
      const bool repeats = first.channels == 1 && layer_.output.channels > 1;
      const std::int64_t depth = stored(channels, input_);
      return operand_pixels(first, rows, columns) * (repeats ? 1 : depth) +
             operand_pixels(second, rows, columns) * (second.channels == 1 ? 1 : depth);
    }
    return pixels * stored(own_input_channels(channels), input_);
  }

  // Of one of two operands, which may be repeated along any axis.
  static std::int64_t operand_pixels(const Shape& operand, Span rows, Span columns) {
    return (operand.height == 1 ? 1 : rows.size()) * (operand.width == 1 ? 1 : columns.size());
  }

  Span own_input_channels(Span channels) const {
    const auto [begin, end] = workloads::input_channels(layer_, {channels.begin, channels.end});
    return {begin, end};
  }

  // The encoded stream is read once for every spatial block; its slices add up to it exactly.
  // `part` of the output channels of a block.
  std::int64_t weight_bytes(Span channels, Span slice, Span part) const {
    if (!has_weights_) return 0;
    const std::int64_t inputs = slices();
    const std::int64_t total = layer_.output.channels * inputs;
    const std::int64_t begin = channels.begin * inputs + channels.size() * slice.begin +
                               (part.begin - channels.begin) * slice.size();
    const std::int64_t end = begin + part.size() * slice.size();
    const auto position = [&](std::int64_t weights) {
      return static_cast<std::int64_t>(Wide{encoded_bytes_} * weights / total);
    };
    const bool scaled = slice.begin == 0 && !dynamic_weights_ && !scales_apart_;
    const std::int64_t scales = scaled ? kScaleBytes * part.size() : 0;
    return position(end) - position(begin) + scales;
  }

  // For `part` of the channels of a block, against `slice` input channels.
  std::int64_t mac_cycles(Span rows, Span columns, Span channels, std::int64_t slice,
                          Span part) const {
    const std::int64_t plane =
        ceil_div(rows.size(), micro_.height) * ceil_div(columns.size(), micro_.width);
    return array_cycles(config_, layer_,
                        {plane, ceil_div(part.size(), micro_.channels), micro_.channels},
                        ceil_div(channels.size(), micro_.channels), slice);
  }

  std::int64_t output_cycles(Span rows, Span columns, Span channels) const {
    const bool normalizes =
        rule_.output == OutputStage::softmax || rule_.output == OutputStage::layer_norm;
    std::int64_t depth = channels.size();
    if (normalizes) depth = round_up(depth, 16);
    if (kernel_ == NpuKernel::elementwise && !normalizes) depth = stored(channels, output_);
    // Scales came with the weights: unlike in the closed form, nothing waits for them here.
    return output_stage_cycles(config_, layer_, rows.size() * columns.size() * depth,
                               channels.size(), 0);
  }

  const NpuConfig& config_;
  const LayerShape& layer_;
  Layout input_, output_;
  const NpuMemories& memories_;
  WeightsAhead ahead_;
  bool dynamic_weights_;
  NpuRule rule_;
  NpuKernel kernel_;
  Window window_;
  MicroBlock micro_;
  NpuBlock block_;
  bool has_weights_;
  std::int64_t encoded_bytes_;
  bool scales_apart_ = false;
};

}  // namespace

NpuPlan plan_npu(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                 const NpuMemories& memories, const WeightsAhead& ahead) {
  switch (npu_rule(layer.op).lowering) {
    case NpuLowering::matmul:
      return plan_matmul(config, layer, input, output, memories);
    case NpuLowering::attention:
      return plan_attention(config, layer, input, output, memories);
    case NpuLowering::mean:
      return plan_mean(config, layer, input, output, memories, ahead);
    case NpuLowering::reduce:
      return plan_reduce(config, layer, input, memories);
    case NpuLowering::arg_max:
      return plan_arg_max(config, layer, input, memories);
    case NpuLowering::transpose:
      return plan_transpose(layer, input, output);
    case NpuLowering::parts:
      return plan_parts(config, layer, input, output, memories, ahead);
    case NpuLowering::resize:
      if (!is_resize_in_parts(layer)) break;
      return plan_parts(config, layer, input, output, memories, ahead);
    case NpuLowering::softmax:
      if (config.softmax_cycles == 0) return plan_softmax(config, layer, input, output);
      break;
    case NpuLowering::view:
      throw std::invalid_argument(
          fmt::format("{} moves nothing: it has no plan", workloads::op_name(layer.op)));
    case NpuLowering::blocks:
      break;
  }
  return plan_blocks(config, layer, input, output, memories, ahead);
}

NpuPlan plan_blocks(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                    const NpuMemories& memories, const WeightsAhead& ahead) {
  return Planner(config, layer, input, output, memories, ahead, false).plan();
}

NpuPlan plan_with_dynamic_weights(const NpuConfig& config, const LayerShape& layer, Layout input,
                                  Layout output, const NpuMemories& memories) {
  return Planner(config, layer, input, output, memories, {}, true).plan();
}

}  // namespace h4h::models
