#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

#include "sim/mapping/shares.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim::testing {

// Random numbers that are the same everywhere: the library's distributions are not.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n));
  }
  std::int64_t from(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  template <typename T>
  T of(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<std::int64_t>(values.size()))];
  }
  // Small values as often as large ones.
  std::int64_t log_from(std::int64_t low, std::int64_t high) {
    const double x = static_cast<double>(engine_() >> 11) / 9007199254740992.0;
    const double l = std::log(static_cast<double>(low)), h = std::log(static_cast<double>(high));
    return std::clamp(static_cast<std::int64_t>(std::llround(std::exp(l + x * (h - l)))), low,
                      high);
  }

 private:
  std::mt19937_64 engine_;
};

inline workloads::LayerShape any_layer(Draw& draw) {
  const workloads::Shape in{draw.log_from(1, 64), draw.log_from(1, 64), draw.log_from(1, 512)};
  const std::int64_t kernel = draw.of<std::int64_t>({1, 3, 3, 5, 7});
  const auto window = workloads::same_window(in, kernel, draw.of<std::int64_t>({1, 1, 2, 3}));
  const auto activation = draw.of({workloads::Activation::none, workloads::Activation::relu6});
  const std::int64_t out = draw.log_from(1, 512);
  const auto shaped = [&](const workloads::Op& op, std::vector<workloads::Shape> inputs) {
    const workloads::Shape output = workloads::output_shape(op, inputs);
    return workloads::LayerShape{op, std::move(inputs), output, {}, {}};
  };
  switch (draw.below(9)) {
    case 0:
    case 1:
      return shaped(workloads::Conv2d{out, window, activation}, {in});
    case 2:
      return shaped(workloads::Conv2d{out, workloads::same_window(in, 1, 1), activation}, {in});
    case 3:
    case 4:
      return shaped(
          workloads::DepthwiseConv2d{draw.of<std::int64_t>({1, 1, 2}), window, activation}, {in});
    case 5:
      return shaped(workloads::Linear{out, activation}, {{1, 1, draw.log_from(1, 4096)}});
    case 6: {
      const std::int64_t heads = draw.of<std::int64_t>({1, 2, 4, 8});
      const workloads::Shape tokens{draw.from(1, 16), draw.from(1, 16),
                                    heads * draw.of<std::int64_t>({8, 16, 32})};
      return shaped(workloads::Attention{heads}, {tokens, tokens, tokens});
    }
    case 7:
      return shaped(
          workloads::Pool2d{workloads::PoolKind::max, window, workloads::Activation::none}, {in});
    default:
      return shaped(workloads::Elementwise{workloads::ElementwiseKind::add, activation}, {in, in});
  }
}

inline platforms::Hardware any_hardware(Draw& draw) {
  static const platforms::Hardware kBase = platform("h4h-7nm").hardware;
  platforms::Hardware h = kBase;
  h.npu.macs_per_cycle = draw.of<std::int64_t>({32, 64, 128, 256});
  h.npu.clock_hz = draw.of<std::int64_t>({400'000'000, 1'000'000'000});
  h.npu.weights_port = draw.of({platforms::WeightsPort::noc, platforms::WeightsPort::private_port});
  h.npu.matmul_rule = draw.of({platforms::MatmulRule::weights, platforms::MatmulRule::dense});
  h.npu.matmul_utilization = 0.25;
  h.cim.macros = draw.of<std::int64_t>({1, 2, 4, 8, 16});
  h.cim.compute_units = draw.of<std::int64_t>({1, 2, 4});
  h.cim.step_ps = draw.log_from(2'000, 16'000);
  h.cim.read_time_ps = draw.log_from(2'000, 16'000);
  h.cim.stream_buffer_bytes = draw.log_from(512, 65'536);
  h.cim.word_hold =
      draw.of({platforms::WordHold::step, platforms::WordHold::step, platforms::WordHold::tile});
  h.noc.bandwidth = draw.log_from(500'000'000, 32'000'000'000);
  h.noc.warm_up_ps = draw.of<std::int64_t>({0, 20'000, 40'000, 90'000});
  h.noc.duplex = draw.of({platforms::Duplex::half, platforms::Duplex::full});
  h.sram.bandwidth = draw.log_from(1'000'000'000, 32'000'000'000);
  h.sram.latency_ps = draw.of<std::int64_t>({0, 32'000, 64'000});
  h.weights.bandwidth = draw.log_from(500'000'000, 16'000'000'000);
  h.weights.latency_ps = draw.of<std::int64_t>({0, 32'000, 64'000, 250'000});
  return h;
}

inline LayerJob any_job(Draw& draw, const platforms::Hardware& h) {
  LayerJob job;
  job.layer = any_layer(draw);
  const auto choices = channel_choices(*models::make_devices(h).at(platforms::kCim), job.layer);
  const std::int64_t kind = draw.below(3);  // CIM alone, NPU alone, any
  const std::int64_t cim = kind == 0   ? choices.back()
                           : kind == 1 ? choices.front()
                                       : choices[static_cast<std::size_t>(draw.below(
                                             static_cast<std::int64_t>(choices.size())))];
  const std::int64_t npu = job.layer.output.channels - cim;
  job.split = cim == 0 ? split_between(npu, 0, 0, 0)
                       : split_between(npu, cim, h.cim.macros, h.cim.compute_units);
  job.context.input = draw.of({models::Layout::nhwc, models::Layout::nhcwb16});
  job.context.output = draw.of({models::Layout::nhwc, models::Layout::nhcwb16});
  if (draw.below(8) == 0) job.context.output_level = MemoryLevel::external;
  if (draw.below(8) == 0)
    job.context.input_levels.assign(job.layer.inputs.size(), MemoryLevel::external);
  return job;
}

}  // namespace h4h::sim::testing
