#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text/table_writer.hpp"
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
  if (layer.bound != Bound::memory) return to_string(layer.bound);
  return layer.external ? kExternal : "SRAM";
}

std::string_view part_name(models::Part part) {
  return part == models::Part::external ? kExternal : to_string(part);
}

// 3575320 is 3,575,320.
std::string thousands(std::int64_t number) {
  std::string text = fmt::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
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

std::string sram(const Report& r) {
  const std::int64_t peak = r.peak_activation_bytes;
  if (r.spilled_bytes > 0) {
    return fmt::format("SRAM     activations need {}, SRAM has {}: {:.3f} MB spilled to {}\n",
                       size_text(peak), size_text(r.sram_bytes),
                       static_cast<double>(r.spilled_bytes) * 1e-6, kExternal);
  }
  const Binary unit = unit_of(r.sram_bytes);
  const bool alike = unit.bytes == unit_of(peak).bytes;
  return fmt::format("SRAM     peak {} of {} {}\n", alike ? in_unit(peak, unit) : size_text(peak),
                     in_unit(r.sram_bytes, unit), unit.name);
}

std::string header(const Report& r) {
  return fmt::format(
      "{} on {}\n{:.2f} MMAC, {:.2f} MB of weights; mapping {}: {} macros with {} units in use\n\n",
      r.network_name, r.platform_name, static_cast<double>(r.macs) * 1e-6,
      static_cast<double>(r.weight_bytes) * 1e-6, r.mapping_kind, r.macros_in_use, r.units_in_use);
}

bool any_measured(const Report& r) {
  return std::any_of(r.layers.begin(), r.layers.end(), [](const LayerReport& layer) {
    return layer.result.source == Source::measured;
  });
}

Table layer_columns(bool measured) {
  const auto real = [](const char* name, std::size_t width, const char* format) {
    return real_column(name).with_width(width).with_format(format).with_gap(1);
  };
  Table table({text_column("layer"), text_column("op").with_width(12),
               text_column("output").with_width(12).with_text_right().with_gap(1),
               real("MMAC", 9, ".3f"), real("NPU %", 6, ".1f"),
               integer_column("cycles").with_width(10).with_gap(1), real("us", 9, ".2f"),
               real("uJ", 9, ".3f"), real("NoC kB", 9, ".1f")});
  if (measured) table.add_column(text_column("time is").with_width(8).with_text_right());
  table.add_column(text_column("bound by"));
  return table;
}

std::string layer_table(const Report& r) {
  constexpr std::size_t kLongestName = 36;
  const bool measured = any_measured(r);
  Table table = layer_columns(measured);
  for (const LayerReport& layer : r.layers) {
    std::vector<Cell> row{layer.name.substr(0, kLongestName),
                          layer.op,
                          workloads::to_string(layer.output),
                          static_cast<double>(layer.macs) * 1e-6,
                          100 * layer.npu_share(),
                          layer.cycles,
                          microseconds(layer.result.time),
                          layer.energy_j.total() * 1e6,
                          static_cast<double>(layer.result.counts[models::Event::noc_byte]) * 1e-3};
    if (measured) row.emplace_back(to_string(layer.result.source));
    row.emplace_back(bound_name(layer));
    table.add_row(std::move(row));
  }
  return write_text(table);
}

std::string bounds(const Report& r) {
  std::string text;
  for (const std::string_view name : {"npu", "cim", "noc", "weights", "SRAM", kExternal}) {
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

std::string resident(const Report& r) {
  const double bytes = static_cast<double>(r.macro_bytes);
  const double capacity = static_cast<double>(r.macro_capacity_bytes);
  return fmt::format(
      "CIM      storage: {:.3f} of {:.3f} MB used ({:.0f} %); {:.1f} % of that is padding\n",
      bytes * 1e-6, capacity * 1e-6, percent(bytes, capacity),
      percent(bytes - static_cast<double>(r.macro_weight_bytes), bytes));
}

std::string duty(const models::DutyCycle& d) {
  const double period = d.average_w() / d.fps;
  return fmt::format(
      "at {:g} inferences a second: {:.3f} mW, of it active {:.1f} %, waking up {:.1f} %, "
      "reloading weights {:.1f} %, asleep {:.1f} %\n",
      d.fps, d.average_w() * 1e3, percent(d.active_j, period), percent(d.wake_up_j, period),
      percent(d.reload_j, period), percent(d.asleep_j, period));
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
  text += "        ";
  for (const models::Part part : models::kParts) {
    text +=
        fmt::format(" {} {:.1f} %", part_name(part), percent(r.energy_j[part], r.energy_j.total()));
  }
  text += "\n" + mapping_quality(r);
  if (r.macro_bytes > 0) text += resident(r);
  text += fmt::format("NoC      {:.3f} MB\n", static_cast<double>(r.noc_bytes) * 1e-6);
  text += sram(r);
  const auto area = r.area_mm2.total();
  text +=
      area ? fmt::format("area     {:.3f} mm2\n", *area)
           : fmt::format("area     macros {:.3f} mm2; total unknown\n", r.area_mm2.cim.value_or(0));
  if (r.duty) text += duty(*r.duty);
  return text;
}

}  // namespace

std::string format_table(const Report& report) {
  std::string text = header(report) + layer_table(report) + totals(report);
  for (const workloads::Unsupported& u : report.unsupported) {
    text += fmt::format("not costed: operator {} ({}), left to the host: {}\n", u.index, u.op,
                        u.reason);
  }
  for (const std::string& remark : report.remarks) text += "note: " + remark + "\n";
  return text;
}

}  // namespace h4h::sim
