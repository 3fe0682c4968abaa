#include "sim/job/layer_job.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace h4h::sim {
namespace {

using workloads::LayerShape;

std::string_view name(models::Layout layout) {
  return layout == models::Layout::nhwc ? "nhwc" : "bricks";
}

void check(const LayerJob& job) {
  const Split& split = job.split;
  const bool adds_up = split.npu_channels >= 0 && split.cim_channels >= 0 &&
                       split.npu_channels + split.cim_channels == job.layer.output.channels;
  if (!adds_up) {
    throw std::invalid_argument(fmt::format("shares of {} and {} channels are not the layer's {}",
                                            split.npu_channels, split.cim_channels,
                                            job.layer.output.channels));
  }
  if (split.cim_channels == 0) return;
  if (!models::cim_can_run(job.layer.op)) {
    throw std::invalid_argument(fmt::format("macros cannot run {}", op_name(job.layer.op)));
  }
  if (split.macros < 1 || split.units < 1) {
    throw std::invalid_argument("a share for macros needs at least one macro and one unit");
  }
}

}  // namespace

std::string canonical_text(const LayerJob& job) {
  return fmt::format("{} | npu {} cim {} macros {} units {} | {} {}",
                     workloads::canonical_text(job.layer), job.split.npu_channels,
                     job.split.cim_channels, job.split.macros, job.split.units,
                     name(job.context.input), name(job.context.output));
}

LayerShape share_of(const LayerShape& layer, std::int64_t channels) {
  const std::int64_t all = layer.output.channels;
  if (channels == all) return layer;
  LayerShape share = layer;
  share.output.channels = channels;
  if (auto* conv = std::get_if<workloads::Conv2d>(&share.op)) conv->out_channels = channels;
  if (auto* linear = std::get_if<workloads::Linear>(&share.op)) linear->out_features = channels;
  if (const auto* depthwise = std::get_if<workloads::DepthwiseConv2d>(&share.op)) {
    share.inputs.front().channels = models::ceil_div(channels, depthwise->multiplier);
  }
  for (const auto member : {&LayerShape::encoded_weight_bytes, &LayerShape::coded_weight_bytes}) {
    if (layer.*member) share.*member = models::ceil_div(*(layer.*member) * channels, all);
  }
  return share;
}

Plans plan_job(const platforms::Hardware& hardware, const LayerJob& job) {
  check(job);
  Plans plans;
  if (workloads::is_view(job.layer.op)) return plans;
  if (job.split.npu_channels > 0) {
    const models::Clock clock(hardware.npu.clock_hz);
    plans.npu = models::plan_npu(models::npu_config(hardware.npu),
                                 share_of(job.layer, job.split.npu_channels), job.context.input,
                                 job.context.output, clock.cycles({hardware.weights.latency_ps}));
  }
  if (job.split.cim_channels > 0) {
    plans.cim = models::plan_cim(hardware.cim, job.split.macros, job.split.units,
                                 share_of(job.layer, job.split.cim_channels), job.context.input,
                                 job.context.output);
  }
  return plans;
}

}  // namespace h4h::sim
