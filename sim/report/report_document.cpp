#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

Document area_document(const Report& r) {
  const models::AreaReport& area = r.area_mm2;
  Document json{{"npu", area.npu},
                {"cim", area.cim},
                {"noc", area.noc},
                {"sram", area.sram},
                {"weights", area.weights}};
  const std::vector<std::string> listed = r.listed_devices();
  for (std::size_t i = 0; i < listed.size(); ++i) {
    json[listed[i]] = i < area.listed.size() ? Document(area.listed[i]) : Document();
  }
  return json;
}

Document layer_document(const Report& report, const LayerReport& layer) {
  Document json{{"name", layer.name},
                {"op", layer.op},
                {"input", workloads::to_string(layer.input)},
                {"output", workloads::to_string(layer.output)},
                {"macs", layer.macs},
                {"npu_share", layer.npu_share()}};
  for (DeviceId id = 0; id < report.devices.size(); ++id) {
    json[report.devices[id].name + "_channels"] = layer.split.channels(id);
  }
  json.update({{"cycles", layer.cycles}, {"latency_s", to_seconds(layer.result.time)}});
  for (const DeviceId id : report.of_macros()) {
    json[report.devices[id].name + "_macro_bytes"] = layer.macro_bytes_of(id);
  }
  for (DeviceId id = 0; id < report.devices.size(); ++id) {
    json[report.devices[id].name + "_busy_s"] = to_seconds(layer.result.busy_of(id));
  }
  json.update({{"noc_busy_s", to_seconds(layer.result.noc_busy)},
               {"energy_j", layer.energy_j.total()},
               {"energy_parts_j", energy_document(layer.energy_j, report.listed_devices())},
               {"noc_bytes", layer.result.counts[models::Event::noc_byte]},
               {"spilled_bytes", layer.result.counts[models::Event::external_byte]},
               {"activation_bytes", layer.activation_bytes},
               {"sram_bytes", layer.sram_bytes},
               {"bound_by", layer.bound.name()},
               {"source", to_string(layer.result.source)}});
  return json;
}

Document unpinned_document(const std::optional<Totals>& totals) {
  if (!totals) return {};
  return {{"latency_s", totals->picoseconds * 1e-12}, {"energy_j", totals->joules}};
}

// The number that is pinned, of all devices; null where none is.
Document pinned_number(const PinnedDevices& pinned,
                       std::optional<std::int64_t> PinnedMacros::*number) {
  std::optional<std::int64_t> sum;
  for (const PinnedMacros& device : pinned.by_device) {
    if (device.*number) sum = sum.value_or(0) + *(device.*number);
  }
  return sum;
}

// Of a chip that lists devices, what each of all has in use; null for one without macros.
void add_devices(Document& json, const Report& r) {
  if (r.devices.size() <= platforms::kFirstOfList) return;
  Document devices = Document::array();
  for (const DeviceReport& device : r.devices) {
    const auto of_macros = [&](std::int64_t number) {
      return device.group ? Document(number) : Document();
    };
    devices.push_back({{"name", device.name},
                       {"type", to_string(device.type)},
                       {"macros_in_use", of_macros(device.active.macros)},
                       {"units_in_use", of_macros(device.active.units)},
                       {"macro_bytes", of_macros(device.storage.bytes)}});
  }
  json["devices"] = devices;
}

// A gap is to all mappings that are searched. Pins take most of those away: then it is null, and
// the gap to mappings with the same pins stands beside.
Document mapping_document(const Report& r) {
  const bool pins = r.pinned && r.pinned->any();
  const PinnedPart pinned = r.pinned.value_or(PinnedPart{});
  const bool others = pins && pinned.layers.size() < r.layers.size();
  Document json{{"kind", r.mapping_kind},
                {"macros_in_use", r.macros_in_use()},
                {"units_in_use", r.units_in_use()},
                {"gap", pins ? Document() : Document(r.gap)},
                {"effort", r.gap ? Document(to_string(r.effort)) : Document()},
                {"file", r.pinned ? Document(pinned.file) : Document()},
                {"pinned_layers", pinned.layers},
                {"pinned_macros_in_use", pinned_number(pinned.active, &PinnedMacros::macros)},
                {"pinned_units_in_use", pinned_number(pinned.active, &PinnedMacros::units)},
                {"gap_of_other_layers", others ? Document(r.gap) : Document()},
                {"unpinned", unpinned_document(pinned.unpinned)}};
  add_devices(json, r);
  return json;
}

Document duty_document(const models::DutyCycle& d) {
  return {{"fps", d.fps},
          {"average_w", d.average_w()},
          {"seconds",
           {{"active", d.active_s},
            {"wake_up", d.wake_up_s},
            {"reload", d.reload_s},
            {"asleep", d.asleep_s}}},
          {"joules",
           {{"active", d.active_j},
            {"wake_up", d.wake_up_j},
            {"reload", d.reload_j},
            {"asleep", d.asleep_j}}}};
}

Document cascades_document(const Report& r) {
  Document json = Document::array();
  for (const CascadeReport& c : r.cascades) {
    json.push_back({{"first", c.first},
                    {"last", c.last},
                    {"stripes", c.stripes},
                    {"rows", c.rows},
                    {"activation_bytes", c.activation_bytes},
                    {"whole_activation_bytes", c.whole_bytes}});
  }
  return json;
}

}  // namespace

Document energy_document(const models::Energy& energy, const std::vector<std::string>& listed) {
  Document json = Document::object();
  for (const auto& [part, joules] : models::energy_parts(energy, listed)) json[part] = joules;
  return json;
}

Document report_document(const Report& r) {
  Document layers = Document::array();
  for (const LayerReport& layer : r.layers) layers.push_back(layer_document(r, layer));
  Document unsupported = Document::array();
  for (const workloads::Unsupported& u : r.unsupported) {
    unsupported.push_back(
        {{"index", u.index}, {"op", u.op}, {"reason", u.reason}, {"macs", u.macs}});
  }
  const MacroStorage storage = r.storage();
  Document json = provenance(report_schema(r));
  json.update({{"platform", {{"name", r.platform_name}, {"hash", r.platform_hash}}},
               {"network",
                {{"name", r.network_name},
                 {"macs", r.macs},
                 {"weight_bytes", r.weight_bytes},
                 {"host_macs", r.host_macs},
                 {"state_bytes", r.state_bytes}}},
               {"mapping", mapping_document(r)},
               {"unsupported", unsupported},
               {"totals",
                {{"cycles", r.cycles},
                 {"latency_s", to_seconds(r.time)},
                 {"energy_j", r.energy_j.total()},
                 {"dynamic_energy_j", r.energy_j.total() - r.energy_j[models::Part::leakage]},
                 {"static_energy_j", r.energy_j[models::Part::leakage]},
                 {"system_tops_per_w", r.system_tops_per_w()},
                 {"macro_tops_per_w", r.macro_tops_per_w()},
                 {"area_mm2", r.area_mm2.total()},
                 {"macro_bytes", storage.bytes},
                 {"macro_word_bytes", storage.word_bytes},
                 {"macro_weight_bytes", storage.weight_bytes},
                 {"noc_bytes", r.noc_bytes},
                 {"spilled_bytes", r.spilled_bytes},
                 {"peak_activation_bytes", r.peak_activation_bytes},
                 {"peak_run_activation_bytes", r.peak_run_bytes}}},
               {"energy_j", energy_document(r.energy_j, r.listed_devices())},
               {"area_mm2", area_document(r)},
               {"layers", layers},
               {"remarks", r.remarks}});
  if (!r.cascades.empty()) json["cascades"] = cascades_document(r);
  if (r.spill == Spill::rows) json["spill"] = "rows";
  if (r.duty) json["duty_cycle"] = duty_document(*r.duty);
  return json;
}

}  // namespace h4h::sim
