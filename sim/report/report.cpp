#include "sim/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using models::transfer_time;

std::string measured_remark(const std::vector<JobResult>& results) {
  const auto measured = std::count_if(results.begin(), results.end(), [](const JobResult& r) {
    return r.source == Source::measured;
  });
  return fmt::format(
      "{} of {} layers measured: they take the time of a table, whatever else the platform says; "
      "counts, dynamic energy, traces and timelines are the model's",
      measured, results.size());
}

std::vector<std::string> remarks(const platforms::Platform& platform,
                                 const workloads::Network& network,
                                 const std::vector<JobResult>& results) {
  std::vector<std::string> texts = network.remarks;
  if (!network.folded.empty()) {
    texts.push_back(
        fmt::format("{} operators of the file are folded into others: `h4h network show` "
                    "lists them",
                    network.folded.size()));
  }
  const platforms::Hardware& hardware = platform.hardware;
  if (!hardware.npu.measured.empty() || !hardware.cim.measured.empty()) {
    texts.push_back(measured_remark(results));
  }
  if (!models::area(platform.hardware.cim, platform.coefficients.area).total()) {
    texts.emplace_back("area has no total: the platform gives no figure for every part");
  }
  return texts;
}

std::int64_t macro_bytes(const platforms::Cim& cim, const workloads::LayerShape& shape,
                         const Split& split) {
  if (split.cim_channels == 0) return 0;
  return models::cim_words(cim, share_of(shape, split.cim_channels), split.macros) *
         cim.word_bits() / 8;
}

}  // namespace

std::string_view to_string(Bound bound) {
  switch (bound) {
    case Bound::npu:
      return "npu";
    case Bound::cim:
      return "cim";
    case Bound::noc:
      return "noc";
    case Bound::weights:
      return "weights";
    case Bound::memory:
      return "memory";
    case Bound::none:
      return "none";
  }
  std::abort();
}

Bound bound_by(const platforms::Hardware& hardware, const JobResult& r) {
  const std::int64_t read = r.noc_read_bytes, write = r.noc_write_bytes;
  const std::int64_t link =
      hardware.noc.duplex == platforms::Duplex::half ? read + write : std::max(read, write);
  const std::int64_t weights = r.counts[Event::weight_byte];
  // The SRAM serves reads and writes at once; weights that ride the NoC come from elsewhere.
  const bool ride = hardware.npu.weights_port == platforms::WeightsPort::noc;
  const std::int64_t sram = std::max(ride ? read - weights : read, write);
  // In the order in which ties are settled.
  const std::array<std::pair<Bound, Picoseconds>, 5> candidates{{
      {Bound::npu, r.npu_busy},
      {Bound::cim, r.cim_busy},
      {Bound::noc, transfer_time(link, hardware.noc.bandwidth)},
      {Bound::weights, transfer_time(weights, hardware.weights.bandwidth)},
      {Bound::memory,
       std::max(transfer_time(sram, hardware.sram.bandwidth),
                transfer_time(r.counts[Event::backing_byte], hardware.backing.bandwidth))},
  }};
  std::pair<Bound, Picoseconds> longest{Bound::none, {}};
  for (const auto& candidate : candidates) {
    if (candidate.second > longest.second) longest = candidate;
  }
  return longest.first;
}

double LayerReport::npu_share() const {
  return static_cast<double>(split.npu_channels) / static_cast<double>(output.channels);
}

double Report::cim_share() const {
  double on_macros = 0;
  for (const LayerReport& layer : layers) {
    on_macros += static_cast<double>(layer.macs) * (1 - layer.npu_share());
  }
  return macs == 0 ? 0 : on_macros / static_cast<double>(macs);
}

double Report::system_tops_per_w() const {
  const double joules = energy_j.total();
  return joules > 0 ? 2e-12 * static_cast<double>(macs) / joules : 0;
}

std::optional<double> Report::macro_tops_per_w() const {
  const double joules = energy_j[models::Part::cim];
  if (joules == 0) return std::nullopt;
  return 2e-12 * cim_share() * static_cast<double>(macs) / joules;
}

void add_duty_cycle(Report& report, const platforms::Platform& platform, double fps) {
  report.duty = models::duty_cycle(platform,
                                   {report.time, report.energy_j.total(), report.macros_in_use,
                                    report.macro_weight_bytes, report.macro_bytes},
                                   fps);
  if (report.duty) return;
  throw std::runtime_error(fmt::format(
      "{} inferences a second leave {:.4f} ms each; {} takes {:.4f} ms on {}, and waking up "
      "comes before it",
      fps, 1e3 / fps, report.network_name, to_seconds(report.time) * 1e3, report.platform_name));
}

Report make_report(const platforms::Platform& platform, const workloads::Network& network,
                   const Mapping& mapping, const std::vector<JobResult>& results) {
  if (results.size() != network.layers.size() || mapping.layers.size() != results.size()) {
    throw std::invalid_argument("results and mapping are not of this network");
  }
  Report report;
  report.platform_name = platform.name;
  report.platform_hash = platforms::platform_hash(platform);
  report.network_name = network.name;
  report.macs = workloads::macs(network);
  report.weight_bytes = workloads::weight_bytes(network);
  report.mapping_kind = mapping.kind;
  report.macros_in_use = mapping.macros_in_use;
  report.units_in_use = mapping.units_in_use;
  report.gap = mapping.gap;
  report.limited = mapping.limited;
  report.macro_capacity_bytes = mapping.macros_in_use * platform.hardware.cim.words_per_macro() *
                                platform.hardware.cim.word_bits() / 8;
  report.macs_per_cycle = platform.hardware.npu.macs_per_cycle;
  report.clock_hz = platform.hardware.npu.clock_hz;
  report.area_mm2 = models::area(platform.hardware.cim, platform.coefficients.area);
  report.unsupported = network.unsupported;
  report.remarks = remarks(platform, network, results);

  const models::Clock clock(platform.hardware.npu.clock_hz);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const workloads::LayerShape shape = workloads::layer_shape(network, network.layers[i]);
    LayerReport layer;
    layer.name = network.layers[i].name;
    layer.op = std::string(workloads::op_name(shape.op));
    layer.input = shape.input();
    layer.output = shape.output;
    layer.macs = workloads::macs(shape);
    layer.split = mapping.layers[i];
    layer.result = results[i];
    layer.energy_j = models::price(results[i].counts, results[i].time, mapping.macros_in_use,
                                   platform.coefficients);
    layer.cycles = clock.cycles(results[i].time);
    layer.bound = bound_by(platform.hardware, results[i]);
    if (layer.split.cim_channels > 0) {
      report.macro_weight_bytes +=
          workloads::weight_bytes(share_of(shape, layer.split.cim_channels));
    }
    report.macro_bytes += macro_bytes(platform.hardware.cim, shape, layer.split);
    report.time += results[i].time;
    report.counts += results[i].counts;
    report.layers.push_back(std::move(layer));
  }
  report.cycles = clock.cycles(report.time);
  report.energy_j =
      models::price(report.counts, report.time, mapping.macros_in_use, platform.coefficients);
  report.noc_bytes = report.counts[Event::noc_byte];
  report.spilled_bytes = report.counts[Event::backing_byte];
  return report;
}

}  // namespace h4h::sim
