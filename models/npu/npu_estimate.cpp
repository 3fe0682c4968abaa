#include "models/npu/npu_estimate.hpp"

#include <cmath>
#include <cstdlib>
#include <variant>

#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;

// A block clipped to the feature map, in micro-blocks.
struct Clipped {
  Box box;
  MicroBlocks micro;
};

Clipped clipped(const NpuTask& task, std::int64_t depth) {
  const Shape& out = task.layer.output;
  const MicroBlock micro = micro_block(task.config, task.layer);
  const Box box{std::min(task.block.height, out.height), std::min(task.block.width, out.width),
                std::min(task.block.depth, depth)};
  return {box,
          {ceil_div(box.height, micro.height) * ceil_div(box.width, micro.width),
           ceil_div(box.depth, micro.channels), micro.channels}};
}

// Every slice of input channels counts in full.
std::int64_t mac_cycles(const NpuTask& task, const MicroBlocks& block) {
  const std::int64_t channels = summed_channels(task.layer);
  const std::int64_t slice = std::min(task.block.input.depth, channels);
  const std::int64_t slices =
      reads_own_channels(npu_kernel(task.layer.op)) ? 1 : ceil_div(channels, slice);
  return slices * array_cycles(task.config, task.layer, block, block.deep, slice);
}

std::int64_t output_cycles(const NpuTask& task, const Box& box, std::int64_t scale_latency) {
  const bool scaled = workloads::weight_bytes(task.layer) > 0;
  return output_stage_cycles(task.config, task.layer, box.height * box.width * box.depth,
                             std::min(task.block.depth, task.layer.output.channels),
                             scaled ? scale_latency : 0);
}

// First byte to last of a block of feature map.
std::int64_t block_transfer(const NpuMemory& memory, std::int64_t bytes, std::int64_t run) {
  return memory.latency_cycles +
         static_cast<std::int64_t>(static_cast<double>(memory.derated(bytes, run)) /
                                   memory.bytes_per_cycle);
}

// Of the input block of a block away from all edges.
std::int64_t input_pixels(const NpuTask& task) {
  if (npu_kernel(task.layer.op) == NpuKernel::vector_product) return 1;
  const Shape& in = task.layer.input();
  return std::min(task.block.input.height, in.height) * std::min(task.block.input.width, in.width);
}

struct Transfers {
  std::int64_t first_input = 0, last_output = 0;
};

Transfers transfers(const NpuTask& task, const Box& out) {
  const std::int64_t channels = stored_channels(summed_channels(task.layer), task.input);
  const NpuMemory& memory = task.memories.activations;
  return {block_transfer(memory, input_pixels(task) * std::min(task.block.input.depth, channels),
                         input_run(task.layer, task.block, task.input)),
          block_transfer(memory, out.height * out.width * out.depth,
                         output_run(task.config, task.layer, task.block, task.output))};
}

// What streams move through one port, all of it and the slowest stream by itself.
struct PortTraffic {
  double bytes = 0, slowest = 0;

  void add(double more, double rate) {
    bytes += more;
    slowest = std::max(slowest, more / rate);
  }
  double cycles(const NpuMemory& memory) const {
    return std::max(bytes / memory.bytes_per_cycle, slowest);
  }
};

// Feature maps as the memory sees them. Blocks at the edges count in full.
PortTraffic map_traffic(const NpuTask& task, std::int64_t passes) {
  const Shape& out = task.layer.output;
  const bool elementwise = npu_kernel(task.layer.op) == NpuKernel::elementwise;
  const std::int64_t operands =
      elementwise ? static_cast<std::int64_t>(task.layer.inputs.size()) : 1;
  const std::int64_t read = input_pixels(task) *
                            stored_channels(summed_channels(task.layer), task.input) *
                            spatial_blocks(task) * passes * operands;
  const NpuMemory& memory = task.memories.activations;
  const auto derated = [&](std::int64_t bytes, std::int64_t run) {
    return static_cast<double>(memory.derated(bytes, run));
  };
  PortTraffic traffic;
  traffic.add(derated(read, input_run(task.layer, task.block, task.input)),
              task.memories.streams.input);
  traffic.add(derated(stored_bytes(out, task.output),
                      output_run(task.config, task.layer, task.block, task.output)),
              task.memories.streams.output);
  return traffic;
}

// Times that all of the input is read.
std::int64_t input_passes(const NpuTask& task) {
  if (reads_own_channels(npu_kernel(task.layer.op))) return 1;
  return ceil_div(task.layer.output.channels, task.block.depth);
}

// Elements at the rate of the output stage, or, slower, of the commands of a block: a quarter of
// its work and of its longer memory time (Vela 5.1.0, Regor).
std::int64_t elementwise_cycles(const NpuTask& task, const Box& box, std::int64_t depth) {
  const Transfers t = transfers(task, box);
  const double elements =
      static_cast<double>(task.layer.output.pixels() * stored_channels(depth, task.output));
  const double each = static_cast<double>(output_32nds(task.config, task.layer.op)) / 32;
  const double in_block = static_cast<double>(box.height * box.width * box.depth);
  const double floor =
      (static_cast<double>(std::max(t.first_input, t.last_output)) / in_block + each) / 4;
  return static_cast<std::int64_t>(
      std::ceil(elements * (task.config.command_floor ? std::max(each, floor) : each)));
}

// Of a copy from the weight memory: the slower end decides (Vela 5.1.0, Regor).
double copy_cycles(const NpuTask& task, std::int64_t bytes) {
  const NpuMemory &from = task.memories.weights, &to = task.memories.activations;
  const double n = static_cast<double>(bytes);
  return std::max(n / std::min(from.bytes_per_cycle, task.memories.streams.copies) +
                      static_cast<double>(from.latency_cycles),
                  n / to.bytes_per_cycle + static_cast<double>(to.latency_cycles));
}

std::int64_t stream_bytes(const NpuTask& task) { return task.encoded_bytes + scale_bytes(task); }

// Depths of the slices, and what copying and computing each takes.
struct Slices {
  explicit Slices(const NpuTask& task, const std::vector<std::int64_t>& ends) {
    std::int64_t begin = 0;
    for (const std::int64_t end : ends) {
      const std::int64_t bytes =
          round_up(stream_bytes(task) * (end - begin) / task.layer.output.channels, 16);
      copy.push_back(copy_cycles(task, bytes));
      run.push_back(static_cast<double>(
          pipeline_cycles(task, end - begin, task.memories.activations.latency_cycles)));
      all_copies += copy.back();
      begin = end;
    }
  }
  std::vector<double> copy, run;
  double all_copies = 0;
};

}  // namespace

std::int64_t scale_bytes(const NpuTask& task) {
  if (workloads::weight_bytes(task.layer) == 0) return 0;
  if (task.config.is_u85()) {
    const std::int64_t channels = micro_block(task.config, task.layer).channels;
    return kScaleBytes * round_up(task.layer.output.channels, std::max<std::int64_t>(16, channels));
  }
  return round_up(task.encoded_bytes + kScaleBytes * task.layer.output.channels, 16) -
         task.encoded_bytes;
}

std::int64_t spatial_blocks(const NpuTask& task) {
  return ceil_div(task.layer.output.height, task.block.height) *
         ceil_div(task.layer.output.width, task.block.width);
}

std::int64_t pipeline_cycles(const NpuTask& task, std::int64_t depth, std::int64_t scale_latency) {
  const Shape& out = task.layer.output;
  const Clipped block = clipped(task, depth);
  if (npu_kernel(task.layer.op) == NpuKernel::elementwise) {
    return elementwise_cycles(task, block.box, depth);
  }
  const MicroBlock micro = micro_block(task.config, task.layer);
  const std::int64_t all = ceil_div(out.height, micro.height) * ceil_div(out.width, micro.width) *
                           ceil_div(depth, micro.channels);
  const double blocks =
      static_cast<double>(all) / static_cast<double>(block.micro.plane * block.micro.deep);
  const bool several = spatial_blocks(task) * ceil_div(depth, task.block.depth) > 1;
  const Transfers t = transfers(task, block.box);
  std::int64_t mac = mac_cycles(task, block.micro);
  std::int64_t output = output_cycles(task, block.box, scale_latency);
  if (task.config.command_floor) {
    const std::int64_t memory = several ? std::abs(t.last_output - t.first_input) : 0;
    const std::int64_t least = (memory + mac + output) / 4;
    mac = std::max(mac, least);
    output = std::max(output, least);
  }
  const std::int64_t longer = std::max(mac, output), shorter = std::min(mac, output);
  return static_cast<std::int64_t>(static_cast<double>(longer) * blocks) + shorter + t.first_input +
         t.last_output;
}

NpuEstimate estimate(const NpuTask& task, const WeightSchedule& schedule, double slack) {
  const std::int64_t depth = task.layer.output.channels;
  const NpuMemories& m = task.memories;
  const double times = static_cast<double>(spatial_blocks(task));
  const double encoded = static_cast<double>(task.encoded_bytes);
  const double scales = static_cast<double>(scale_bytes(task));
  NpuEstimate e;
  PortTraffic activations = map_traffic(task, input_passes(task)), weights;
  if (schedule.buffered()) {
    const Slices slices(task, schedule.ends);
    const double run =
        static_cast<double>(pipeline_cycles(task, depth, m.activations.latency_cycles));
    e.npu = static_cast<std::int64_t>(std::max(slices.all_copies - slack + slices.run.back(),
                                               run + std::max(slices.copy.front() - slack, 0.0)));
    activations.add(encoded, StreamRates::kAny);
    activations.add(times * encoded, StreamRates::kAny);
    weights.add(encoded, m.streams.copies);
    weights.add(times * scales, m.streams.scales);
  } else {
    e.npu = pipeline_cycles(task, depth, m.weights.latency_cycles);
    PortTraffic& port = m.private_weights ? weights : activations;
    port.add(times * encoded, m.streams.weights);
    port.add(times * scales, m.streams.scales);
  }
  e.activations = activations.cycles(m.activations);
  e.weights = weights.cycles(m.weights);
  return e;
}

namespace {

// Slices of weights are of whole 16 output channels (Vela 5.1.0).
constexpr std::int64_t kSliceGranule = 16;

// Output channels of the first slice: all that fits the slack, or 16. All of them where less than
// half a granule would be left, and half of them where computing takes longer than streaming (Vela
// 5.1.0, Regor).
std::int64_t first_slice(const NpuTask& task, double slack, double full, bool compute_bound,
                         bool first_layer) {
  const std::int64_t depth = task.layer.output.channels;
  if (first_layer) return std::min(kSliceGranule, depth);
  double ratio = std::min(1.0, slack / full);
  const double left = static_cast<double>(depth) * (1 - ratio) / static_cast<double>(kSliceGranule);
  if (left < 0.5) ratio = 1;
  std::int64_t slice = static_cast<std::int64_t>(static_cast<double>(depth) * ratio);
  if (compute_bound && ratio > 0.5 && ratio < 1) slice = round_up(depth / 2, kSliceGranule);
  slice = std::max(kSliceGranule, slice / kSliceGranule * kSliceGranule);
  return ratio == 1 ? depth : std::min(slice, depth);
}

}  // namespace

namespace {

// What streaming all weights for every spatial block takes, and copying them once.
struct Traffic {
  explicit Traffic(const NpuTask& task) : times(static_cast<double>(spatial_blocks(task))) {
    const NpuMemories& m = task.memories;
    const double bytes = static_cast<double>(stream_bytes(task));
    once = bytes / std::min(m.weights.bytes_per_cycle, m.streams.weights) +
           static_cast<double>(m.weights.latency_cycles);
    streamed = once * times;
    copied = (bytes / m.activations.bytes_per_cycle +
              static_cast<double>(m.activations.latency_cycles)) *
             times;
  }
  double times, once = 0, streamed = 0;
  double copied = 0;  // out of the activation memory, for every spatial block
};

// Cycles of its smallest first slice up to which Regor tries to copy the weights of a first layer,
// whatever streaming them takes (Vela 5.1.0). The tests of is_worth_a_try are Regor's too.
constexpr double kSmallFirstSlice = 1000;

bool is_worth_a_try(const NpuTask& task, const WeightsAhead& ahead, const Traffic& t) {
  const std::int64_t depth = task.layer.output.channels;
  const double small =
      t.once * static_cast<double>(std::min(kSliceGranule, depth)) / static_cast<double>(depth);
  if (t.copied + std::max(t.once - ahead.slack_cycles, 0.0) < t.streamed) return true;
  if (depth / task.block.depth > 2) return true;
  if (t.times == 1) return false;
  if (!ahead.first_layer) return small < ahead.slack_cycles;
  return small < t.streamed / 10 || small <= kSmallFirstSlice;
}

// A first slice, and later ones of as many channels as come while it computes.
WeightSchedule paced_slices(const NpuTask& task, const WeightsAhead& ahead, const Traffic& t,
                            bool compute_bound) {
  const std::int64_t depth = task.layer.output.channels;
  const std::int64_t first =
      first_slice(task, ahead.slack_cycles, t.once, compute_bound, ahead.first_layer);
  const std::int64_t cycles =
      pipeline_cycles(task, first, task.memories.activations.latency_cycles);
  const auto fitting = static_cast<std::int64_t>(static_cast<double>(depth * cycles) / t.once);
  const std::int64_t later = round_up(std::max(task.block.depth, fitting), task.block.depth);
  WeightSchedule schedule{{first}};
  while (schedule.ends.back() < depth) {
    schedule.ends.push_back(std::min(depth, schedule.ends.back() + later));
  }
  return schedule;
}

// Cycles a slice by which copying may hold up a layer that computes for longer than its weights
// stream (Vela 5.1.0, Regor).
constexpr double kHiddenCycles = 1000;

// Cycles in which copying holds up computing.
double visible_copies(const Slices& slices, double slack, bool compute_bound) {
  double visible = std::max(slices.copy.front() - slack, 0.0);
  for (std::size_t i = 1; i < slices.copy.size(); ++i) {
    visible += std::max(0.0, slices.copy[i] - slices.run[i - 1]);
  }
  const bool hidden = visible / static_cast<double>(slices.copy.size()) < kHiddenCycles;
  return compute_bound && hidden ? 0 : visible;
}

}  // namespace

bool can_copy_weights(const NpuMemories& memories, const LayerShape& layer) {
  return memories.private_weights && memories.room_for_copies &&
         workloads::weight_bytes(layer) > 0 && npu_kernel(layer.op) != NpuKernel::vector_product &&
         (npu_rule(layer.op).lowering == NpuLowering::blocks ||
          std::holds_alternative<workloads::Linear>(layer.op));
}

namespace {

// Regor's test of a schedule against streaming.
class Decision {
 public:
  Decision(const NpuTask& task, const WeightsAhead& ahead)
      : task_(task),
        slack_(ahead.slack_cycles),
        traffic_(task),
        op_(cycles(task.memories.weights.latency_cycles)),
        compute_bound_(op_ > traffic_.streamed),
        limit_(std::max({op_, traffic_.streamed, input(input_passes(task))})) {}

  bool compute_bound() const { return compute_bound_; }
  const Traffic& traffic() const { return traffic_; }

  bool accepts(const WeightSchedule& schedule) const {
    const double run = cycles(task_.memories.activations.latency_cycles) +
                       visible_copies(Slices(task_, schedule.ends), slack_, compute_bound_);
    if (std::max({run, traffic_.copied, input(input_passes(task_))}) > limit_) return false;
    return traffic_.times > 1 || traffic_.once + traffic_.copied <= limit_;
  }

 private:
  double cycles(std::int64_t scale_latency) const {
    return static_cast<double>(pipeline_cycles(task_, task_.layer.output.channels, scale_latency));
  }
  double input(std::int64_t passes) const {
    return map_traffic(task_, passes).cycles(task_.memories.activations);
  }

  const NpuTask& task_;
  double slack_;
  Traffic traffic_;
  double op_;
  bool compute_bound_;
  double limit_;
};

}  // namespace

namespace {

// Behind DRAM the scales of a vector product come so slowly that copying pays (Ethos-U65).
bool can_copy_vector_product(const NpuTask& task) {
  return task.config.type == platforms::NpuType::ethos_u65 && task.memories.private_weights &&
         task.memories.room_for_copies && npu_kernel(task.layer.op) == NpuKernel::vector_product;
}

}  // namespace

WeightSchedule schedule_weights(const NpuTask& task, const WeightsAhead& ahead) {
  const bool can = can_copy_weights(task.memories, task.layer) || can_copy_vector_product(task);
  if (ahead.rule == CopyRule::stream || !can) return {};
  const Decision decision(task, ahead);
  const bool asked = ahead.rule == CopyRule::copy;
  if (!asked && !is_worth_a_try(task, ahead, decision.traffic())) return {};
  WeightSchedule paced = paced_slices(task, ahead, decision.traffic(), decision.compute_bound());
  return asked || decision.accepts(paced) ? paced : WeightSchedule{};
}

std::int64_t bytes_ahead(const NpuMemories& memories, double slack_cycles) {
  const double transferring = slack_cycles - static_cast<double>(memories.weights.latency_cycles);
  if (!memories.private_weights || transferring <= 0) return 0;
  return static_cast<std::int64_t>(transferring * memories.weights.bytes_per_cycle);
}

}  // namespace h4h::models
