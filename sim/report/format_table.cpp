#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/format.hpp"
#include "sim/report/format_mapping.hpp"

namespace h4h::sim {
namespace {

double microseconds(models::Picoseconds t) { return to_seconds(t) * 1e6; }

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }
double percent(double part, double whole) { return 100 * ratio(part, whole); }

constexpr const char* kExternal = "external memory";

// "memory" is two: which one a layer waits for.
std::string_view bound_name(const LayerReport& layer) {
  if (layer.bound != Bound::memory) return layer.bound.name();
  return layer.external ? kExternal : "SRAM";
}

std::string part_name(const std::string& part) {
  return part == to_string(models::Part::external) ? kExternal : part;
}

// 3575320 is 3,575,320.
std::string thousands(std::int64_t number) {
  std::string text = fmt::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, 1, ',');
  return text;
}

// Three digits at least.
std::string rate(double seconds) {
  const double per_second = ratio(1, seconds);
  return per_second < 100 ? fmt::format("{:.3g}", per_second) : thousands(std::llround(per_second));
}

// The unit of memory sizes.
struct Binary {
  double bytes;
  const char* name;
};
Binary unit_of(std::int64_t bytes) {
  if (bytes >= 1 << 20) return {1 << 20, "MiB"};
  return bytes >= 1 << 10 ? Binary{1 << 10, "KiB"} : Binary{1, "B"};
}
std::string in_unit(std::int64_t bytes, const Binary& unit) {
  return fmt::format("{:.{}f}", static_cast<double>(bytes) / unit.bytes, unit.bytes > 1 ? 2 : 0);
}
std::string size_text(std::int64_t bytes) {
  const Binary unit = unit_of(bytes);
  return in_unit(bytes, unit) + " " + unit.name;
}

std::string state(const Report& r) {
  if (r.state_bytes == 0) return {};
  return fmt::format(", {} of it state between inferences", size_text(r.state_bytes));
}

std::string sram(const Report& r) {
  const std::int64_t peak = r.peak_run_bytes;
  if (r.spilled_bytes > 0) {
    return fmt::format("SRAM     activations need {}{}, SRAM has {}: {:.3f} MB spilled to {}{}\n",
                       size_text(peak), state(r), size_text(r.sram_bytes),
                       static_cast<double>(r.spilled_bytes) * 1e-6, kExternal,
                       r.spill == Spill::rows ? ", by rows" : "");
  }
  const Binary unit = unit_of(r.sram_bytes);
  const bool alike = unit.bytes == unit_of(peak).bytes;
  return fmt::format("SRAM     peak {} of {} {}{}\n", alike ? in_unit(peak, unit) : size_text(peak),
                     in_unit(r.sram_bytes, unit), unit.name, state(r));
}

// A line for each cascade.
std::string cascades(const Report& r) {
  std::string text;
  for (const CascadeReport& c : r.cascades) {
    text += fmt::format(
        "cascade  {} .. {} in {} stripes of {} row{}: activations need {}, {} as whole layers\n",
        c.first, c.last, c.stripes, c.rows, c.rows == 1 ? "" : "s", size_text(c.activation_bytes),
        size_text(c.whole_bytes));
  }
  return text;
}

// What --unsupported host leaves out.
std::string left_to_host(const Report& r) {
  if (r.unsupported.empty()) return {};
  std::string text =
      fmt::format("not costed: {}\n", workloads::host_macs_text(r.unsupported, r.macs));
  for (const workloads::Unsupported& u : r.unsupported) {
    text += fmt::format("not costed: operator {} ({}), left to the host: {}\n", u.index, u.op,
                        u.reason);
  }
  return text;
}

// "8 macros with 1 unit each"; " of NAME" where several devices have macros.
std::string in_use(const Report& r) {
  const auto plural = [](std::int64_t count) { return count == 1 ? "" : "s"; };
  const std::vector<DeviceId> ids = r.of_macros();
  std::vector<std::string> all;
  for (const DeviceId id : ids) {
    const auto [macros, units] = r.devices[id].active;
    if (macros == 0) continue;
    all.push_back(fmt::format("{} macro{}{} with {} unit{}{}", macros, plural(macros),
                              ids.size() > 1 ? " of " + r.devices[id].name : "", units,
                              plural(units), macros == 1 ? "" : " each"));
  }
  return all.empty() ? "no macros" : fmt::format("{}", fmt::join(all, ", "));
}

std::string header(const Report& r) {
  return fmt::format("{} on {}\n{:.2f} MMAC, {:.2f} MB of weights; mapping {}: {} in use\n\n",
                     r.network_name, r.platform_name, static_cast<double>(r.macs) * 1e-6,
                     static_cast<double>(r.weight_bytes) * 1e-6, r.mapping_kind, in_use(r));
}

bool any_measured(const Report& r) {
  return std::any_of(r.layers.begin(), r.layers.end(), [](const LayerReport& layer) {
    return layer.result.source == Source::measured;
  });
}

// The layers to show, in order.
std::vector<const LayerReport*> shown(const Report& r, const std::optional<std::size_t>& top) {
  std::vector<const LayerReport*> layers;
  for (const LayerReport& layer : r.layers) layers.push_back(&layer);
  if (!top) return layers;
  std::stable_sort(layers.begin(), layers.end(), [](const LayerReport* a, const LayerReport* b) {
    return a->result.time > b->result.time;
  });
  layers.resize(std::min(layers.size(), *top));
  return layers;
}

struct LayerColumn {
  Column column;
  std::function<Cell(const LayerReport&)> cell;
};

std::vector<LayerColumn> layer_columns(const Report& report, bool wide, bool measured) {
  using L = const LayerReport&;
  constexpr std::size_t kMostName = 36;
  std::vector<LayerColumn> all;
  const auto add = [&](bool wanted, Column column, std::function<Cell(L)> cell) {
    if (wanted) all.push_back({std::move(column), std::move(cell)});
  };
  const auto real = [](const char* name, const char* format) {
    return real_column(name).with_format(format);
  };
  add(true, text_column("layer"),
      [=](L l) { return wide ? shortened(l.name, kMostName) : l.name; });
  add(true, text_column("op"), [](L l) { return l.op; });
  add(wide, text_column("output").with_text_right(),
      [](L l) { return workloads::to_string(l.output); });
  add(wide || !measured, real("MMAC", ".3f"),
      [](L l) { return static_cast<double>(l.macs) * 1e-6; });
  add(true, real("NPU %", ".1f"), [](L l) { return 100 * l.npu_share(); });
  // Of two devices, the other one has the rest.
  const bool several = report.devices.size() > platforms::kFirstOfList;
  for (DeviceId id = platforms::kCim; several && id < report.devices.size(); ++id) {
    add(true, real_column(report.devices[id].name + " %").with_format(".1f"),
        [id](L l) { return 100 * l.share_of(id); });
  }
  add(wide, integer_column("cycles"), [](L l) { return l.cycles; });
  add(true, real("us", ".2f"), [](L l) { return microseconds(l.result.time); });
  add(true, real("uJ", ".3f"), [](L l) { return l.energy_j.total() * 1e6; });
  add(wide, real("NoC kB", ".1f"),
      [](L l) { return static_cast<double>(l.result.counts[models::Event::noc_byte]) * 1e-3; });
  add(measured, text_column("time source"), [](L l) { return to_string(l.result.source); });
  add(true, text_column("bound by"), [](L l) { return bound_name(l); });
  return all;
}

std::string layer_table(const Report& r, const TableOptions& options) {
  const std::vector<LayerColumn> all = layer_columns(r, options.wide, any_measured(r));
  Table table;
  for (const LayerColumn& each : all) table.add_column(each.column);
  for (const LayerReport* layer : shown(r, options.top)) {
    std::vector<Cell> row;
    for (const LayerColumn& each : all) row.push_back(each.cell(*layer));
    table.add_row(std::move(row));
  }
  constexpr std::size_t kLeastName = 12;
  return options.wide ? write_text(table) : write_text(table, kLineWidth, kLeastName);
}

// What --top leaves out.
std::string other_layers(const Report& r, const TableOptions& options) {
  const std::vector<const LayerReport*> layers = shown(r, options.top);
  if (layers.size() == r.layers.size()) return {};
  models::Picoseconds time;
  for (const LayerReport* layer : layers) time += layer->result.time;
  return fmt::format("({} more layers: {:.1f} % of the latency)\n", r.layers.size() - layers.size(),
                     100 - percent(to_seconds(time), to_seconds(r.time)));
}

std::string bounds(const Report& r) {
  std::string text;
  std::vector<std::string_view> names;
  for (const DeviceReport& device : r.devices) names.push_back(device.name);
  names.insert(names.end(), {"noc", "weights", "SRAM", kExternal});
  for (const std::string_view name : names) {
    models::Picoseconds time;
    for (const LayerReport& layer : r.layers) {
      if (bound_name(layer) == name) time += layer.result.time;
    }
    if (time.count == 0) continue;
    text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", name,
                        percent(to_seconds(time), to_seconds(r.time)));
  }
  return text;
}

std::string of_macros(const Report& r) {
  const auto macros = r.macro_tops_per_w();
  return macros ? fmt::format("; the macros alone {:.2f} TOPS/W", *macros) : std::string();
}

// A line for each device of macros that hold weights.
std::string resident(const Report& r) {
  const std::vector<DeviceId> ids = r.of_macros();
  std::string text;
  for (const DeviceId id : ids) {
    const MacroStorage& storage = r.devices[id].storage;
    if (storage.bytes == 0) continue;
    const double bytes = static_cast<double>(storage.bytes);
    const double capacity = static_cast<double>(storage.capacity_bytes);
    text += fmt::format(
        "CIM      storage{}: {:.3f} of {:.3f} MB used ({:.1f} %); {:.1f} % of that is padding\n",
        ids.size() > 1 ? " of " + r.devices[id].name : "", bytes * 1e-6, capacity * 1e-6,
        percent(bytes, capacity),
        percent(bytes - static_cast<double>(storage.weight_bytes), bytes));
  }
  return text;
}

std::string duty(const models::DutyCycle& d) {
  const double period = d.average_w() / d.fps;
  return fmt::format(
      "at {:g} inferences/s: {:.3f} mW on average; active {:.1f} %, waking up {:.1f} %, "
      "reloading weights {:.1f} %, asleep {:.1f} %\n",
      d.fps, d.average_w() * 1e3, percent(d.active_j, period), percent(d.wake_up_j, period),
      percent(d.reload_j, period), percent(d.asleep_j, period));
}

std::vector<std::string> energy_shares(const Report& r) {
  std::vector<std::string> shares;
  for (const auto& [part, joules] : models::energy_parts(r.energy_j, r.listed_devices())) {
    if (joules <= 0) continue;
    shares.push_back(
        fmt::format("{} {:.1f} %", part_name(part), percent(joules, r.energy_j.total())));
  }
  return shares;
}

std::string totals(const Report& r) {
  const double seconds = to_seconds(r.time);
  const double peak = static_cast<double>(r.cycles) * static_cast<double>(r.macs_per_cycle);
  std::int64_t npu_macs = 0;
  for (const LayerReport& layer : r.layers) npu_macs += layer.result.counts[models::Event::npu_mac];
  std::string text =
      fmt::format("\nlatency  {:.4f} ms ({} cycles at {} MHz, {} inferences/s)\n", seconds * 1e3,
                  thousands(r.cycles), static_cast<double>(r.clock_hz) * 1e-6, rate(seconds));
  text += fmt::format("         {:.1f} MAC/cycle; the NPU at {:.1f} % of its peak; bound by {}\n",
                      ratio(static_cast<double>(r.macs), static_cast<double>(r.cycles)),
                      percent(static_cast<double>(npu_macs), peak), bounds(r));
  text += fmt::format("energy   {:.4f} mJ, {:.1f} mW while running, {:.2f} TOPS/W{}\n",
                      r.energy_j.total() * 1e3, ratio(r.energy_j.total(), seconds) * 1e3,
                      r.system_tops_per_w(), of_macros(r));
  text += fmt::format("         {}\n", fmt::join(energy_shares(r), ", "));
  text += mapping_quality(r);
  text += resident(r);
  text += fmt::format("NoC      {:.3f} MB\n", static_cast<double>(r.noc_bytes) * 1e-6);
  text += sram(r);
  text += cascades(r);
  const auto area = r.area_mm2.total();
  text += area ? fmt::format("area     {:.3f} mm2\n", *area)
               : fmt::format("area     macros {:.3f} mm2; total unknown\n", r.area_mm2.macros);
  if (r.duty) text += duty(*r.duty);
  return text;
}

// Names come from files; the table makes those of its cells printable.
Report with_printable_names(Report r) {
  const auto show = [](std::string& text) { text = printable(text); };
  show(r.network_name);
  show(r.platform_name);
  for (std::string& remark : r.remarks) show(remark);
  for (workloads::Unsupported& u : r.unsupported) {
    show(u.op);
    show(u.reason);
  }
  for (CascadeReport& c : r.cascades) {
    show(c.first);
    show(c.last);
  }
  if (!r.pinned) return r;
  show(r.pinned->file);
  for (std::string& layer : r.pinned->layers) show(layer);
  return r;
}

}  // namespace

std::string format_table(const Report& measured, const TableOptions& options) {
  const Report report = with_printable_names(measured);
  std::string notes = left_to_host(report);
  for (const std::string& remark : report.remarks) notes += "note: " + remark + "\n";
  const std::string text =
      header(report) + layer_table(report, options) + other_layers(report, options);
  if (options.wide) return text + totals(report) + notes;
  return text + wrapped(totals(report), 9) + wrapped(notes, 6);
}

}  // namespace h4h::sim
