#include "sim/costs/measured.hpp"

#include <algorithm>

#include "models/measured/measured_cost.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"

namespace h4h::sim {
namespace {

using models::Counts;
using models::Event;
using models::MeasuredCost;
using models::Picoseconds;

bool spills(const LayerContext& context) {
  const auto& levels = context.input_levels;
  return context.output_level == MemoryLevel::external ||
         std::find(levels.begin(), levels.end(), MemoryLevel::external) != levels.end();
}

// Of a device's share as a layer by itself.
std::optional<MeasuredCost> measured_share(const models::Device& device,
                                           const workloads::LayerShape& layer, const Share& share) {
  const platforms::MeasuredTable* table = device.measured(share);
  if (table == nullptr) return std::nullopt;
  const auto listed = workloads::listed_shape(share_of(layer, share.channels));
  return listed ? models::measured_cost(*table, *listed) : std::nullopt;
}

LayerJob by_itself(const LayerJob& job, DeviceId device) {
  LayerJob alone;
  const Share& share = job.split.shares.at(device);
  alone.layer = share_of(job.layer, share.channels);
  alone.split.shares.resize(job.split.shares.size());
  alone.split.shares.at(device) = share;
  return alone;
}

// Femtojoules take the place of events.
Counts measured_counts(std::int64_t femtojoules) {
  Counts counts;
  counts[Event::measured_femtojoule] = femtojoules;
  return counts;
}

// Sums over the shares of a layer, each by itself.
class Shares {
 public:
  void add(const std::optional<MeasuredCost>& measured, const JobResult& alone) {
    longest_modelled_ = std::max(longest_modelled_, alone.time);
    longest_ = std::max(longest_, measured ? measured->time : alone.time);
    if (!measured) return;
    any_measured_ = true;
    if (!measured->energy_fj) return;
    measured_energy_ = true;
    energy_ += measured_counts(*measured->energy_fj);
    energy_ -= alone.counts;
  }

  bool any_measured() const { return any_measured_; }

  Picoseconds time(Picoseconds shared) const {
    return std::max(Picoseconds{1}, longest_ + (shared - longest_modelled_));
  }

  std::optional<Counts> energy(const Counts& shared) const {
    if (!measured_energy_) return std::nullopt;
    Counts counts = shared;
    counts += energy_;
    return counts;
  }

 private:
  bool any_measured_ = false, measured_energy_ = false;
  Picoseconds longest_, longest_modelled_;
  Counts energy_;
};

void set_time(const models::Devices& devices, JobResult& result, Picoseconds time) {
  if (models::copy_weights_ahead(devices)) {
    const Picoseconds busy = result.time - result.weights_idle;
    result.weights_idle = time - std::min(busy, time);
  }
  for (Picoseconds& busy : result.busy) busy = std::min(busy, time);
  result.noc_busy = std::min(result.noc_busy, time);
  result.time = time;
  result.source = Source::measured;
}

void take_whole(const models::Devices& devices, const MeasuredCost& measured, JobResult& result) {
  set_time(devices, result, measured.time);
  if (measured.energy_fj) result.energy_counts = measured_counts(*measured.energy_fj);
}

void take_shares(const models::Devices& devices, const LayerJob& job,
                 const std::vector<DeviceId>& working, const Modelled& modelled,
                 JobResult& result) {
  Shares shares;
  for (const DeviceId id : working) {
    shares.add(measured_share(*devices[id], job.layer, job.split.shares.at(id)),
               modelled(by_itself(job, id)));
  }
  if (!shares.any_measured()) return;
  result.energy_counts = shares.energy(result.counts);
  set_time(devices, result, shares.time(result.time));
}

std::vector<DeviceId> working_devices(const LayerJob& job) {
  std::vector<DeviceId> working;
  for (DeviceId id = 0; id < job.split.shares.size(); ++id) {
    if (job.split.channels(id) > 0) working.push_back(id);
  }
  return working;
}

}  // namespace

JobResult with_measured_cost(const models::Devices& devices, const LayerJob& job,
                             const Modelled& modelled) {
  JobResult result = modelled(job);
  if (spills(job.context)) return result;
  const std::vector<DeviceId> working = working_devices(job);
  if (working.size() > 1) {
    take_shares(devices, job, working, modelled, result);
    return result;
  }
  const DeviceId only = working.front();
  const auto measured = measured_share(*devices[only], job.layer, job.split.shares.at(only));
  if (measured) take_whole(devices, *measured, result);
  return result;
}

}  // namespace h4h::sim
