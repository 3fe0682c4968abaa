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

// nullptr where the layer is shared, or only some of the macros and units work.
const MeasuredTable* table_for(const platforms::Hardware& hardware, const Split& split) {
  if (split.cim_channels == 0) return &hardware.npu.measured;
  const bool all = split.macros == hardware.cim.macros && split.units == hardware.cim.compute_units;
  return split.npu_channels == 0 && all ? &hardware.cim.measured : nullptr;
}

std::optional<Picoseconds> measured(const platforms::Hardware& hardware, const LayerJob& job) {
  const MeasuredTable* table = table_for(hardware, job.split);
  if (table == nullptr || table->empty() || spills(job.context)) return std::nullopt;
  const auto listed = workloads::listed_shape(job.layer);
  return listed ? models::measured_time(*table, *listed) : std::nullopt;
}

}  // namespace

JobResult with_measured_time(const platforms::Hardware& hardware, const LayerJob& job,
                             JobResult result) {
  const std::optional<Picoseconds> time = measured(hardware, job);
  if (!time) return result;
  if (hardware.npu.weights_port == platforms::WeightsPort::private_port) {
    const Picoseconds busy = result.time - result.weights_idle;
    result.weights_idle = *time - std::min(busy, *time);
  }
  for (const auto busy : {&JobResult::npu_busy, &JobResult::cim_busy, &JobResult::noc_busy}) {
    result.*busy = std::min(result.*busy, *time);
  }
  result.time = *time;
  result.source = Source::measured;
  return result;
}

}  // namespace h4h::sim
