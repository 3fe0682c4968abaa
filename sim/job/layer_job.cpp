#include "sim/job/layer_job.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

namespace h4h::sim {
namespace {

std::string_view name(models::Layout layout) {
  return layout == models::Layout::nhwc ? "nhwc" : "nhcwb16";
}

// "s" or "b" for each input and the output; "" where nothing is spilled.
std::string levels(const LayerContext& context) {
  std::string text;
  for (const MemoryLevel level : context.input_levels)
    text += level == MemoryLevel::external ? 'b' : 's';
  text += context.output_level == MemoryLevel::external ? 'b' : 's';
  return text.find('b') == std::string::npos ? "" : text;
}

// "" for a first layer.
std::string slack(const LayerContext& context) {
  return context.first_layer ? "" : fmt::format(" slack {}", context.slack.count);
}

// "16 channels, 16 channels on 8 macros of 1 units", by device.
std::string shares(const Split& split) {
  std::string text;
  for (const Share& share : split.shares) {
    text += fmt::format("{}{} channels", text.empty() ? "" : ", ", share.channels);
    if (share.macros > 0)
      text += fmt::format(" on {} macros of {} units", share.macros, share.units);
  }
  return text;
}

// Bytes of the inputs, and of those the ones in the external memory.
struct InputBytes {
  std::int64_t all = 0, spilled = 0;
};

InputBytes input_bytes(const LayerJob& job) {
  InputBytes bytes;
  for (std::size_t i = 0; i < job.layer.inputs.size(); ++i) {
    const std::int64_t stored = models::stored_bytes(job.layer.inputs[i], job.context.input);
    bytes.all += stored;
    const bool spilled =
        i < job.context.input_levels.size() && job.context.input_levels[i] == MemoryLevel::external;
    bytes.spilled += spilled ? stored : 0;
  }
  return bytes;
}

void check_sum(const LayerJob& job) {
  std::int64_t sum = 0;
  std::vector<std::int64_t> channels;
  bool negative = false;
  for (const Share& share : job.split.shares) {
    channels.push_back(share.channels);
    sum += share.channels;
    negative = negative || share.channels < 0;
  }
  if (sum == job.layer.output.channels && !negative) return;
  throw std::invalid_argument(fmt::format("shares of {} channels are not the layer's {}",
                                          fmt::join(channels, " and "), job.layer.output.channels));
}

void check_share(const models::Device& device, const LayerJob& job, std::int64_t channels) {
  if (channels == 0) return;
  if (!device.can_run(job.layer)) throw std::invalid_argument(device.cannot_run(job.layer));
  if (channels % workloads::split_unit(job.layer) != 0) {
    throw std::invalid_argument(
        fmt::format("{} channels are not whole heads of attention", channels));
  }
}

void check(const models::Devices& devices, const LayerJob& job) {
  if (job.split.shares.size() != devices.size()) {
    throw std::invalid_argument(fmt::format("a split of {} shares is not one of {} devices",
                                            job.split.shares.size(), devices.size()));
  }
  check_sum(job);
  for (DeviceId id = 0; id < devices.size(); ++id) {
    check_share(*devices[id], job, job.split.channels(id));
  }
}

models::DeviceTask task_of(const LayerJob& job, const Share& share, const InputBytes& inputs) {
  const LayerContext& context = job.context;
  models::DeviceTask task;
  task.layer = share_of(job.layer, share.channels);
  task.share = share;
  task.input = context.input;
  task.output = context.output;
  task.input_bytes = inputs.all;
  task.spilled_input_bytes = inputs.spilled;
  task.spills_output = context.output_level == MemoryLevel::external;
  task.with_others = share.channels < job.layer.output.channels;
  task.first_layer = context.first_layer;
  task.slack = context.slack;
  return task;
}

}  // namespace

std::string_view to_string(Source source) {
  return source == Source::measured ? "measured" : "modelled";
}

JobResult& JobResult::operator+=(const JobResult& other) {
  if (energy_counts || other.energy_counts) {
    energy_counts = counts_for_energy();
    *energy_counts += other.counts_for_energy();
  }
  time += other.time;
  busy.resize(std::max(busy.size(), other.busy.size()));
  for (DeviceId id = 0; id < other.busy.size(); ++id) busy[id] += other.busy[id];
  noc_busy += other.noc_busy;
  noc_read_bytes += other.noc_read_bytes;
  noc_write_bytes += other.noc_write_bytes;
  link_turnarounds += other.link_turnarounds;
  weights_idle += other.weights_idle;
  prefetched_bytes += other.prefetched_bytes;
  counts += other.counts;
  if (other.source == Source::measured) source = Source::measured;
  return *this;
}

std::string canonical_text(const LayerJob& job) {
  return fmt::format("{} | {} | {} {} {}{}", workloads::canonical_text(job.layer),
                     shares(job.split), name(job.context.input), name(job.context.output),
                     levels(job.context), slack(job.context));
}

Split split_between(std::int64_t npu_channels, std::int64_t cim_channels, std::int64_t macros,
                    std::int64_t units) {
  return {{{npu_channels, 0, 0}, {cim_channels, macros, units}}};
}

void carry_over(const models::Devices& devices, const JobResult* before, LayerJob& job) {
  if (before == nullptr) return;
  models::Picoseconds useful;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    const Share& share = job.split.shares.at(id);
    if (share.channels == 0 || !devices[id]->has_weight_port()) continue;
    useful = std::max(useful, devices[id]->useful_slack(task_of(job, share, input_bytes(job))));
  }
  if (useful == models::Picoseconds{}) return;
  job.context.first_layer = false;
  job.context.slack = std::min(before->weights_idle, useful);
}

Plans plan_job(const models::Devices& devices, const LayerJob& job) {
  check(devices, job);
  Plans plans(devices.size());
  if (workloads::is_view(job.layer.op)) return plans;
  const InputBytes inputs = input_bytes(job);
  for (DeviceId id = 0; id < devices.size(); ++id) {
    const Share& share = job.split.shares[id];
    if (share.channels > 0) plans[id] = devices[id]->plan(task_of(job, share, inputs));
  }
  return plans;
}

models::WorkBound bound_share(const models::Devices& devices, const LayerJob& job,
                              DeviceId device) {
  const Share& share = job.split.shares.at(device);
  if (share.channels == 0 || workloads::is_view(job.layer.op)) return {};
  return devices[device]->bound(task_of(job, share, input_bytes(job)));
}

std::vector<Plans> other_plans(const models::Devices& devices, const LayerJob& job,
                               const Plans& plans) {
  std::vector<Plans> others;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    if (!plans[id]) continue;
    std::optional<models::DevicePlan> other =
        devices[id]->other_plan(task_of(job, job.split.shares[id], input_bytes(job)), *plans[id]);
    if (!other) continue;
    others.push_back(plans);
    others.back()[id] = std::move(other);
  }
  return others;
}

}  // namespace h4h::sim
