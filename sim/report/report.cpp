#include "sim/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "sim/mapping/shares.hpp"
#include "sim/network/placement.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using models::transfer_time;

std::string measured_remark(const std::vector<JobResult>& results) {
  const auto measured = std::count_if(results.begin(), results.end(), [](const JobResult& r) {
    return r.source == Source::measured;
  });
  const auto with_energy = std::count_if(results.begin(), results.end(),
                                         [](const JobResult& r) { return r.energy_counts; });
  return fmt::format(
      "{} of {} layers measured: their times{} are those of the platform's tables; counts, "
      "{}traces "
      "and timelines are modelled",
      measured, results.size(),
      with_energy > 0 ? fmt::format(" and the energy of {}", with_energy) : "",
      with_energy < measured ? "other dynamic energy, " : "");
}

// What a mapping leaves a reader to wonder about.
void add_remarks_on_macros(std::vector<std::string>& texts, const platforms::Cim& cim,
                           const Report& report) {
  if (report.mapping_kind == "cim" && report.macros_in_use == 0) {
    texts.emplace_back(cim.macros == 0
                           ? "the platform has no macros (cim.macros): all is on the NPU"
                           : "no layer can run on the macros and fits them: all is on "
                             "the NPU");
  }
  if (report.macro_bytes > report.macro_capacity_bytes) {
    texts.emplace_back(
        "weights beyond the capacity of the macros are costed as if they fitted "
        "(cim.capacity: ignore)");
  }
}

// "" where the platform sets all.
std::string missing_areas(const platforms::Area& area) {
  std::vector<std::string> keys;
  const auto add = [&](const std::optional<double>& given, const char* key) {
    if (!given) keys.emplace_back(key);
  };
  add(area.npu, "area.npu");
  add(area.sram, "area.sram");
  add(area.noc, "area.noc");
  add(area.weights, "area.weights");
  if (keys.empty()) return {};
  return fmt::format("area total unknown: {} {} not set in the platform", fmt::join(keys, ", "),
                     keys.size() == 1 ? "is" : "are");
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
  const std::string area = missing_areas(platform.coefficients.area);
  if (!area.empty()) texts.push_back(area);
  return texts;
}

void add_share_of_macros(Report& report, const platforms::Cim& cim,
                         const workloads::LayerShape& shape, const Split& split) {
  const auto& [channels, macros, units] = split.shares.at(platforms::kCim);
  if (channels == 0) return;
  const workloads::LayerShape share = share_of(shape, channels);
  const std::int64_t word_bytes = cim.word_bits() / 8;
  report.macro_weight_bytes += workloads::weight_bytes(share);
  report.macro_word_bytes += models::cim_words(cim, share, macros) * word_bytes;
  report.macro_bytes += words_of(cim, shape, channels, macros) * word_bytes;
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

namespace {

// The SRAM serves reads and writes at once; weights that ride the NoC come from elsewhere.
Picoseconds sram_time(const platforms::Hardware& hardware, const JobResult& r) {
  const bool ride = hardware.npu.weights_port == platforms::WeightsPort::noc;
  const std::int64_t weights = ride ? r.counts[Event::weight_byte] : 0;
  return transfer_time(std::max(r.noc_read_bytes - weights, r.noc_write_bytes),
                       hardware.sram.bandwidth);
}

Picoseconds external_time(const platforms::Hardware& hardware, const JobResult& r) {
  return transfer_time(r.counts[Event::external_byte], hardware.external.bandwidth);
}

}  // namespace

bool external_is_slower(const platforms::Hardware& hardware, const JobResult& r) {
  return external_time(hardware, r) > sram_time(hardware, r);
}

Bound bound_by(const platforms::Hardware& hardware, const JobResult& r) {
  const std::int64_t read = r.noc_read_bytes, write = r.noc_write_bytes;
  const std::int64_t link =
      hardware.noc.duplex == platforms::Duplex::half ? read + write : std::max(read, write);
  const std::int64_t weights = r.counts[Event::weight_byte];
  // In the order in which ties are settled.
  const std::array<std::pair<Bound, Picoseconds>, 5> candidates{{
      {Bound::npu, r.busy_of(platforms::kNpu)},
      {Bound::cim, r.busy_of(platforms::kCim)},
      {Bound::noc, transfer_time(link, hardware.noc.bandwidth)},
      {Bound::weights, transfer_time(weights, hardware.weights.bandwidth)},
      {Bound::memory, std::max(sram_time(hardware, r), external_time(hardware, r))},
  }};
  std::pair<Bound, Picoseconds> longest{Bound::none, {}};
  for (const auto& candidate : candidates) {
    if (candidate.second > longest.second) longest = candidate;
  }
  return longest.first;
}

double LayerReport::npu_share() const {
  return static_cast<double>(split.channels(platforms::kNpu)) /
         static_cast<double>(output.channels);
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

std::string try_duty_cycle(Report& report, const platforms::Platform& platform, double fps) {
  const models::DutyCycle d =
      models::duty_cycle(platform,
                         {report.time, report.energy_j.total(), report.macros_in_use,
                          report.macro_weight_bytes, report.macro_word_bytes},
                         fps);
  report.duty = d;
  if (d.fits()) return {};
  const std::string reloading =
      d.reload_s > 0 ? fmt::format(", reloading weights {:.4f} ms", d.reload_s * 1e3) : "";
  return fmt::format(
      "{} inferences/s leave {:.4f} ms each, but waking up takes {:.4f} ms{}, {} {:.4f} ms on "
      "{}",
      fps, 1e3 / fps, d.wake_up_s * 1e3, reloading, report.network_name, d.active_s * 1e3,
      report.platform_name);
}

void add_duty_cycle(Report& report, const platforms::Platform& platform, double fps) {
  const std::string problem = try_duty_cycle(report, platform, fps);
  if (!problem.empty()) throw std::runtime_error(problem);
}

namespace {

LayerReport layer_report(const platforms::Platform& platform, const workloads::Layer& layer,
                         const workloads::LayerShape& shape, const Split& split,
                         const JobResult& result, std::int64_t powered_macros) {
  LayerReport report;
  report.name = layer.name;
  report.op = std::string(workloads::op_name(shape.op));
  report.input = shape.input();
  report.output = shape.output;
  report.macs = workloads::macs(shape);
  report.split = split;
  report.result = result;
  report.energy_j = models::energy_of(result.counts_for_energy(), result.time, powered_macros,
                                      platform.coefficients);
  report.cycles = models::Clock(platform.hardware.npu.clock_hz).cycles(result.time);
  report.bound = bound_by(platform.hardware, result);
  report.external = report.bound == Bound::memory && external_is_slower(platform.hardware, result);
  return report;
}

// All but what layers add up to.
Report header_of(const platforms::Platform& platform, const workloads::Network& network,
                 const Mapping& mapping) {
  const platforms::Hardware& hardware = platform.hardware;
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
  report.effort = mapping.effort;
  report.limited = mapping.limited;
  report.macro_capacity_bytes =
      mapping.macros_in_use * hardware.cim.words_per_macro() * hardware.cim.word_bits() / 8;
  report.macs_per_cycle = hardware.npu.macs_per_cycle;
  report.clock_hz = hardware.npu.clock_hz;
  report.platform_macros = hardware.cim.macros;
  report.sram_bytes = hardware.sram.size_bytes;
  report.peak_activation_bytes = peak_activation_bytes(network);
  report.area_mm2 = models::area(hardware.cim, platform.coefficients.area);
  report.unsupported = network.unsupported;
  return report;
}

}  // namespace

Report make_report(const platforms::Platform& platform, const workloads::Network& network,
                   const Mapping& mapping, const std::vector<JobResult>& results) {
  if (results.size() != network.layers.size() || mapping.layers.size() != results.size()) {
    throw std::invalid_argument("results and mapping are not of this network");
  }
  Report report = header_of(platform, network, mapping);
  models::Counts energy_counts;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const workloads::Layer& layer = network.layers[i];
    const workloads::LayerShape shape = workloads::layer_shape(network, layer);
    report.layers.push_back(
        layer_report(platform, layer, shape, mapping.layers[i], results[i], mapping.macros_in_use));
    add_share_of_macros(report, platform.hardware.cim, shape, mapping.layers[i]);
    report.time += results[i].time;
    report.counts += results[i].counts;
    energy_counts += results[i].counts_for_energy();
  }
  report.remarks = remarks(platform, network, results);
  add_remarks_on_macros(report.remarks, platform.hardware.cim, report);
  report.cycles = models::Clock(report.clock_hz).cycles(report.time);
  report.energy_j =
      models::energy_of(energy_counts, report.time, mapping.macros_in_use, platform.coefficients);
  report.noc_bytes = report.counts[Event::noc_byte];
  report.spilled_bytes = report.counts[Event::external_byte];
  return report;
}

}  // namespace h4h::sim
