#include "sim/costs/measured.hpp"

#include <algorithm>

#include "models/measured/measured_time.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using platforms::MeasuredTable;

bool spills(const LayerContext& context) {
  const auto& levels = context.input_levels;
  return context.output_level == MemoryLevel::external ||
         std::find(levels.begin(), levels.end(), MemoryLevel::external) != levels.end();
}

// nullptr where the layer is shared, only a part of its device works, or nothing was measured.
const MeasuredTable* table_for(const models::Devices& devices, const LayerJob& job) {
  for (DeviceId id = 0; id < devices.size(); ++id) {
    const Share& share = job.split.shares.at(id);
    if (share.channels == job.layer.output.channels) return devices[id]->measured(share);
  }
  return nullptr;
}

std::optional<Picoseconds> measured(const models::Devices& devices, const LayerJob& job) {
  const MeasuredTable* table = table_for(devices, job);
  if (table == nullptr || spills(job.context)) return std::nullopt;
  const auto listed = workloads::listed_shape(job.layer);
  return listed ? models::measured_time(*table, *listed) : std::nullopt;
}

}  // namespace

JobResult with_measured_time(const models::Devices& devices, const LayerJob& job,
                             JobResult result) {
  const std::optional<Picoseconds> time = measured(devices, job);
  if (!time) return result;
  if (models::copy_weights_ahead(devices)) {
    const Picoseconds busy = result.time - result.weights_idle;
    result.weights_idle = *time - std::min(busy, *time);
  }
  for (Picoseconds& busy : result.busy) busy = std::min(busy, *time);
  result.noc_busy = std::min(result.noc_busy, *time);
  result.time = *time;
  result.source = Source::measured;
  return result;
}

}  // namespace h4h::sim
