#include "sim/report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <stdexcept>

#include "sim/mapping/shares.hpp"
#include "sim/network/placement.hpp"
#include "sim/report/report_memory.hpp"
#include "sim/report/report_remarks.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using models::transfer_time;

// What a layer's share takes of the macros of its device.
MacroStorage storage_of(const DeviceReport& report, const models::Device& device,
                        const workloads::LayerShape& shape, const Share& given) {
  MacroStorage storage;
  if (given.channels == 0 || !report.group) return storage;
  const workloads::LayerShape share = share_of(shape, given.channels);
  const models::MacroGroup& group = *report.group;
  storage.weight_bytes = group.bytes_of_weights(workloads::weight_bytes(share));
  storage.word_bytes = group.bytes_of_words(device.words_held(share, given.macros));
  storage.bytes = group.bytes_of_words(words_of(device, shape, given));
  return storage;
}

// What the macros of each device hold; layers that share weights, those of the largest share.
class Storage {
 public:
  explicit Storage(const workloads::Network& network) : weights_(weight_layers(network)) {}

  void add(std::size_t layer, const workloads::LayerShape& shape, const Split& split,
           const models::Devices& devices, Report& report) {
    std::vector<std::int64_t>& bytes = report.layers.at(layer).macro_bytes;
    for (DeviceId id = 0; id < devices.size(); ++id) {
      DeviceReport& device = report.devices[id];
      const MacroStorage own = storage_of(device, *devices[id], shape, split.shares.at(id));
      MacroStorage& held = held_[{id, weights_.at(layer)}];
      const bool more = own.weight_bytes > held.weight_bytes;
      bytes.push_back(more ? own.bytes - held.bytes : 0);
      if (!more) continue;
      device.storage.weight_bytes += own.weight_bytes - held.weight_bytes;
      device.storage.word_bytes += own.word_bytes - held.word_bytes;
      device.storage.bytes += own.bytes - held.bytes;
      held = own;
    }
  }

 private:
  std::vector<std::size_t> weights_;
  std::map<std::pair<DeviceId, std::size_t>, MacroStorage> held_;
};

}  // namespace

std::string_view Bound::name() const {
  if (!device_.empty()) return device_;
  switch (part_) {
    case noc:
      return "noc";
    case weights:
      return "weights";
    case memory:
      return "memory";
    case none:
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

Bound bound_by(const platforms::Hardware& hardware, const models::Devices& devices,
               const JobResult& r) {
  std::pair<Bound, Picoseconds> longest{Bound::none, {}};
  const auto compare = [&](const auto& bound, Picoseconds time) {
    if (time > longest.second) longest = {Bound(bound), time};
  };
  for (DeviceId id = 0; id < devices.size(); ++id) compare(devices[id]->name(), r.busy_of(id));
  const std::int64_t read = r.noc_read_bytes, write = r.noc_write_bytes;
  const std::int64_t link =
      hardware.noc.duplex == platforms::Duplex::half ? read + write : std::max(read, write);
  compare(Bound::noc, transfer_time(link, hardware.noc.bandwidth));
  compare(Bound::weights, transfer_time(r.counts[Event::weight_byte], hardware.weights.bandwidth));
  compare(Bound::memory, std::max(sram_time(hardware, r), external_time(hardware, r)));
  return longest.first;
}

MacroStorage& MacroStorage::operator+=(const MacroStorage& other) {
  bytes += other.bytes;
  capacity_bytes += other.capacity_bytes;
  word_bytes += other.word_bytes;
  weight_bytes += other.weight_bytes;
  return *this;
}

std::int64_t Report::macros_in_use() const {
  std::int64_t sum = 0;
  for (const DeviceReport& device : devices) sum += device.active.macros;
  return sum;
}

models::MacroNumbers Report::powered_macros() const {
  models::MacroNumbers numbers;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    if (devices[id].active.macros > 0) numbers.add(id, devices[id].active.macros);
  }
  return numbers;
}

std::int64_t Report::units_in_use() const {
  std::int64_t most = 0;
  for (const DeviceReport& device : devices) most = std::max(most, device.active.units);
  return most;
}

std::int64_t Report::platform_macros() const {
  std::int64_t sum = 0;
  for (const DeviceReport& device : devices) sum += device.group ? device.group->macros : 0;
  return sum;
}

MacroStorage Report::storage() const {
  MacroStorage sum;
  for (const DeviceReport& device : devices) sum += device.storage;
  return sum;
}

std::vector<DeviceId> Report::of_macros() const {
  std::vector<DeviceId> ids;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    if (devices[id].group) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> Report::listed_devices() const {
  std::vector<std::string> names;
  for (DeviceId id = platforms::kFirstOfList; id < devices.size(); ++id) {
    names.push_back(devices[id].name);
  }
  return names;
}

double LayerReport::share_of(DeviceId device) const {
  return static_cast<double>(split.channels(device)) / static_cast<double>(output.channels);
}

double Report::cim_share() const {
  double on_macros = 0;
  const std::vector<DeviceId> ids = of_macros();
  for (const LayerReport& layer : layers) {
    std::int64_t elsewhere = layer.output.channels;  // so that a whole layer is exactly 1
    for (const DeviceId id : ids) elsewhere -= layer.split.channels(id);
    const double share =
        static_cast<double>(elsewhere) / static_cast<double>(layer.output.channels);
    on_macros += static_cast<double>(layer.macs) * (1 - share);
  }
  return macs == 0 ? 0 : on_macros / static_cast<double>(macs);
}

double Report::system_tops_per_w() const {
  const double joules = energy_j.total();
  return joules > 0 ? 2e-12 * static_cast<double>(macs) / joules : 0;
}

double Report::device_joules(DeviceId id) const {
  if (id < platforms::kFirstOfList) {
    return energy_j[id == platforms::kNpu ? models::Part::npu : models::Part::cim];
  }
  const std::size_t listed = id - platforms::kFirstOfList;
  return listed < energy_j.of_listed().size() ? energy_j.of_listed()[listed] : 0;
}

std::optional<double> Report::macro_tops_per_w() const {
  double joules = 0;
  for (const DeviceId id : of_macros()) joules += device_joules(id);
  if (joules == 0) return std::nullopt;
  return 2e-12 * cim_share() * static_cast<double>(macs) / joules;
}

std::string try_duty_cycle(Report& report, const platforms::Platform& platform, double fps) {
  models::ActivePart active{report.time, report.energy_j.total(), report.powered_macros(), 0, {}};
  for (DeviceId id = 0; id < report.devices.size(); ++id) {  // what is lost without power
    const DeviceReport& device = report.devices[id];
    if (!device.group || !device.group->reloads) continue;
    active.volatile_weight_bytes += device.storage.weight_bytes;
    active.volatile_word_bytes.add(id, device.storage.word_bytes);
  }
  const models::DutyCycle d = models::duty_cycle(platform, active, fps);
  report.duty = d;
  if (d.fits()) return {};
  const std::string reloading =
      d.reload_s > 0 ? fmt::format(", reloading weights {:.4f} ms", d.reload_s * 1e3) : "";
  return fmt::format(
      "{} inferences/s allow {:.4f} ms per inference, but waking up takes {:.4f} ms{} and {} takes "
      "{:.4f} ms on {}",
      fps, 1e3 / fps, d.wake_up_s * 1e3, reloading, report.network_name, d.active_s * 1e3,
      report.platform_name);
}

void add_duty_cycle(Report& report, const platforms::Platform& platform, double fps) {
  const std::string problem = try_duty_cycle(report, platform, fps);
  if (!problem.empty()) throw std::runtime_error(problem);
}

namespace {

LayerReport layer_report(const platforms::Platform& platform, const models::Devices& devices,
                         const workloads::Layer& layer, const workloads::LayerShape& shape,
                         const Split& split, const JobResult& result,
                         const models::MacroNumbers& powered_macros) {
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
  report.bound = bound_by(platform.hardware, devices, result);
  report.external = report.bound == Bound::memory && external_is_slower(platform.hardware, result);
  return report;
}

DeviceReport device_report(const models::Device& device, const ActiveMacros& active) {
  DeviceReport report{device.name(), device.type(), device.macro_group(), active};
  report.peak_macs_per_s = device.peak_macs_per_s({0, active.macros, active.units});
  if (report.group) {
    report.storage.capacity_bytes =
        report.group->bytes_of_words(active.macros * report.group->words_per_macro);
  }
  return report;
}

std::vector<platforms::DeviceDescription> descriptions(const models::Devices& devices) {
  std::vector<platforms::DeviceDescription> all;
  for (const auto& device : devices) all.push_back(device->description());
  return all;
}

// All but what layers add up to.
Report header_of(const platforms::Platform& platform, const models::Devices& devices,
                 const workloads::Network& network, const Mapping& mapping) {
  const platforms::Hardware& hardware = platform.hardware;
  Report report;
  report.platform_name = platform.name;
  report.platform_hash = platforms::platform_hash(platform);
  report.network_name = network.name;
  report.macs = workloads::macs(network);
  report.weight_bytes = workloads::weight_bytes(network);
  report.host_macs = workloads::host_macs(network);
  report.state_bytes = state_bytes(network);
  report.mapping_kind = mapping.kind;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    report.devices.push_back(device_report(*devices[id], mapping.active.of(id)));
  }
  report.gap = mapping.gap;
  report.effort = mapping.effort;
  report.limited = mapping.limited;
  report.macs_per_cycle = hardware.npu.macs_per_cycle;
  report.clock_hz = hardware.npu.clock_hz;
  report.sram_bytes = hardware.sram.size_bytes;
  report.area_mm2 = models::area(descriptions(devices), platform.coefficients);
  report.unsupported = network.unsupported;
  return report;
}

}  // namespace

Report make_report(const platforms::Platform& platform, const workloads::Network& network,
                   const Mapping& mapping, const std::vector<JobResult>& results) {
  const models::Devices devices = models::make_devices(platform.hardware);
  if (results.size() != network.layers.size() || mapping.layers.size() != results.size()) {
    throw std::invalid_argument("results and mapping are not of this network");
  }
  Report report = header_of(platform, devices, network, mapping);
  models::Counts energy_counts;
  Storage storage(network);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const workloads::Layer& layer = network.layers[i];
    const workloads::LayerShape shape = workloads::layer_shape(network, layer);
    const Split& split = mapping.layers[i];
    report.layers.push_back(
        layer_report(platform, devices, layer, shape, split, results[i], mapping.active.powered()));
    storage.add(i, shape, split, devices, report);
    report.time += results[i].time;
    report.counts += results[i].counts;
    energy_counts += results[i].counts_for_energy();
  }
  add_memory(report, network, platform, mapping);
  add_remarks(report, platform, network, results);
  report.cycles = models::Clock(report.clock_hz).cycles(report.time);
  report.energy_j = models::energy_of(energy_counts, report.time, mapping.active.powered(),
                                      platform.coefficients);
  report.noc_bytes = report.counts[Event::noc_byte];
  report.spilled_bytes = report.counts[Event::external_byte];
  return report;
}

}  // namespace h4h::sim
