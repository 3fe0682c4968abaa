#include "sim/explain/format_explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;

constexpr std::size_t kShortestName = 12;

double seconds(Picoseconds time) { return to_seconds(time); }
double share(double part, double whole) { return whole > 0 ? part / whole : 0; }
std::string whole_percent(double part) { return fmt::format("{:.0f} %", 100 * part); }

// "-12.3 %" of what was 1.
std::string change(double ratio) { return fmt::format("{:+.1f} %", 100 * (ratio - 1)); }

std::string part_text(const std::string& part) {
  if (part == "noc") return "the NoC";
  if (part == "sram") return "the SRAM";
  return part == "weights" ? "the weight memory" : "the external memory";
}

// Under which it takes less time.
std::string condition_text(const std::string& part) {
  if (part == "accumulators") return "the NPU had four blocks of accumulators and of outputs";
  return part_text(part) + " took no time";
}

// Its column, short: lines are narrow.
std::string heading_of(const std::string& part) {
  if (part == "external") return "-ext";
  return part == "accumulators" ? "-acc" : "-" + part;
}

std::string device_text(const std::string& device) {
  if (device == "npu") return "the NPU";
  return device == "cim" ? "the macros" : device;
}

// "the NPU computes for 93 %".
std::vector<std::string> busy_texts(const Report& report, const std::vector<Picoseconds>& busy,
                                    Picoseconds time) {
  std::vector<std::string> all;
  for (std::size_t id = 0; id < report.devices.size() && id < busy.size(); ++id) {
    if (busy[id].count == 0) continue;
    const bool macros = report.devices[id].group.has_value();
    all.push_back(fmt::format("{} {} for {}", device_text(printable(report.devices[id].name)),
                              macros ? "compute" : "computes",
                              whole_percent(share(seconds(busy[id]), seconds(time)))));
  }
  return all;
}

// "12 % less if the NoC took no time".
std::vector<std::string> wait_texts(const std::vector<std::string>& parts,
                                    const std::vector<Picoseconds>& waits, Picoseconds time) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double less = share(seconds(waits.at(i)), seconds(time));
    if (less < 0.005) continue;
    all.push_back(fmt::format("{} less if {}", whole_percent(less), condition_text(parts[i])));
  }
  return all;
}

Picoseconds sum_of(const std::vector<LayerReasons>& layers,
                   const std::vector<Picoseconds> LayerReasons::*times, std::size_t i) {
  Picoseconds sum;
  for (const LayerReasons& layer : layers) {
    if (i < (layer.*times).size()) sum += (layer.*times)[i];
  }
  return sum;
}

LayerReasons whole_network(const Explanation& e) {
  LayerReasons all;
  all.time = e.report.time;
  for (std::size_t id = 0; id < e.report.devices.size(); ++id) {
    all.busy.push_back(sum_of(e.layers, &LayerReasons::busy, id));
  }
  for (std::size_t i = 0; i < e.parts.size(); ++i) {
    all.waits.push_back(sum_of(e.layers, &LayerReasons::waits, i));
  }
  return all;
}

std::string header(const Report& r) {
  const std::string left_out =
      r.unsupported.empty()
          ? ""
          : fmt::format("not costed: {}\n", workloads::host_macs_text(r.unsupported, r.macs));
  return left_out + fmt::format("{} on {}: {:.4f} ms, {:.4f} mJ (mapping {})\n",
                                printable(r.network_name), printable(r.platform_name),
                                seconds(r.time) * 1e3, r.energy_j.total() * 1e3, r.mapping_kind);
}

std::string where_time_goes(const Explanation& e, const LayerReasons& why) {
  const std::vector<std::string> busy = busy_texts(e.report, why.busy, why.time),
                                 waits = wait_texts(e.parts, why.waits, why.time);
  std::string text = busy.empty() ? "no device computes" : fmt::to_string(fmt::join(busy, ", "));
  text += waits.empty()
              ? "; it waits for neither the NoC nor a memory, and not for accumulators."
              : fmt::format("; with the same shares it would take {}.", fmt::join(waits, ", "));
  return text + " These overlap and do not add up.\n";
}

// Sizes of the tensors, and what passes the link and the memories for them.
std::string bytes_text(const LayerReasons& why) {
  std::string text = fmt::format("bytes: input {}, output {}, weights {}; NoC: {} read, {} written",
                                 why.input_bytes, why.output_bytes, why.weight_bytes,
                                 why.read_bytes, why.written_bytes);
  text += fmt::format("; weight memory: {}", why.weight_bytes_read);
  if (why.external_bytes > 0) text += fmt::format("; external memory: {}", why.external_bytes);
  return text + ".\n";
}

std::vector<std::size_t> slowest(const Explanation& e, std::size_t top) {
  std::vector<std::size_t> order(e.layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return e.layers[a].time > e.layers[b].time;
  });
  order.resize(std::min(top, order.size()));
  return order;
}

// Shares of the layer's time.
std::string layer_table(const Explanation& e, std::size_t top) {
  const auto percent = [](const std::string& name) {
    return real_column(name).with_format(".0f").with_width(4).with_gap(1);
  };
  std::vector<Column> columns{text_column("layer"),
                              real_column("us").with_format(".2f").with_width(9)};
  columns.push_back(percent("%"));
  for (const DeviceReport& device : e.report.devices) columns.push_back(percent(device.name));
  for (const std::string& part : e.parts) columns.push_back(percent(heading_of(part)));
  columns.push_back(text_column("bound by"));
  Table table(columns);
  for (const std::size_t i : slowest(e, top)) {
    const LayerReasons& why = e.layers[i];
    std::vector<Cell> row{why.name, seconds(why.time) * 1e6,
                          100 * share(seconds(why.time), seconds(e.report.time))};
    for (std::size_t id = 0; id < e.report.devices.size(); ++id) {
      const Picoseconds busy = id < why.busy.size() ? why.busy[id] : Picoseconds{};
      row.emplace_back(100 * share(seconds(busy), seconds(why.time)));
    }
    for (const Picoseconds wait : why.waits) {
      row.emplace_back(100 * share(seconds(wait), seconds(why.time)));
    }
    row.emplace_back(std::string(why.bound.name()));
    table.add_row(row);
  }
  return write_text(table, kLineWidth, kShortestName);
}

std::string what_if_table(const Explanation& e) {
  if (e.what_ifs.empty()) return {};
  const auto figure = [](const char* name) { return text_column(name).with_text_right(); };
  Table table({text_column("setting"), text_column("in place of"), figure("latency"),
               figure("energy"), figure("area")});
  const std::optional<double> area = e.report.area_mm2.total();
  for (const WhatIf& w : e.what_ifs) {
    if (w.point.infeasible) {
      table.add_row({w.setting, w.before, "infeasible", "", ""});
      continue;
    }
    const bool areas = area && w.point.area_mm2;
    table.add_row({w.setting, w.before, change(share(w.point.latency_s, seconds(e.report.time))),
                   change(share(w.point.energy_j, e.report.energy_j.total())),
                   areas ? change(*w.point.area_mm2 / *area) : "unknown"});
  }
  return "\nOne value changed at a time, each under its own best mapping (simulated):\n" +
         write_text(table);
}

Document what_if_document(const WhatIf& w) {
  Document json{{"setting", w.setting}, {"before", w.before}, {"explanation", w.explanation}};
  if (w.point.infeasible) {
    json["infeasible"] = *w.point.infeasible;
    return json;
  }
  json["latency_s"] = w.point.latency_s;
  json["energy_j"] = w.point.energy_j;
  json["area_mm2"] = w.point.area_mm2;
  return json;
}

Document layer_document(const Explanation& e, const LayerReasons& why) {
  Document busy = Document::object(), waits = Document::object();
  for (std::size_t id = 0; id < e.report.devices.size() && id < why.busy.size(); ++id) {
    busy[e.report.devices[id].name] = seconds(why.busy[id]);
  }
  for (std::size_t i = 0; i < e.parts.size(); ++i) waits[e.parts[i]] = seconds(why.waits[i]);
  return {{"name", why.name},
          {"op", why.op},
          {"latency_s", seconds(why.time)},
          {"busy_s", busy},
          {"saved_if_ideal_s", waits},
          {"bound_by", std::string(why.bound.name())},
          {"source", why.measured ? "measured" : "modelled"},
          {"input_bytes", why.input_bytes},
          {"output_bytes", why.output_bytes},
          {"weight_bytes", why.weight_bytes},
          {"noc_read_bytes", why.read_bytes},
          {"noc_write_bytes", why.written_bytes},
          {"weight_bytes_read", why.weight_bytes_read},
          {"external_bytes", why.external_bytes}};
}

}  // namespace

std::string format_explanation(const Explanation& e, std::size_t top) {
  std::string text = header(e.report);
  if (e.layer) {
    const LayerReasons& why = e.layers.at(*e.layer);
    text += wrapped(fmt::format("layer {} ({}) takes {:.4g} us, {} of the network's time: {}",
                                printable(why.name), why.op, seconds(why.time) * 1e6,
                                whole_percent(share(seconds(why.time), seconds(e.report.time))),
                                where_time_goes(e, why)),
                    2);
    text += wrapped(bytes_text(why), 2);
    if (why.measured) text += "Its time is measured; nothing is known of what it waits for.\n";
    return text + what_if_table(e);
  }
  text += wrapped("In that time " + where_time_goes(e, whole_network(e)), 2) + "\n" +
          layer_table(e, top);
  text += wrapped(
      "Percent of the layer's time: of each device, for which it computes; -noc and the others, by "
      "which it would be shorter if that part took no time (-ext: the external memory); -acc, with "
      "four blocks of accumulators and of outputs in the NPU.\n",
      0);
  return text + what_if_table(e);
}

Document explanation_document(const Explanation& e) {
  Document json = provenance("h4h.explain/1"), layers = Document::array(),
           what_ifs = Document::array();
  for (std::size_t i = 0; i < e.layers.size(); ++i) {
    if (!e.layer || *e.layer == i) layers.push_back(layer_document(e, e.layers[i]));
  }
  for (const WhatIf& w : e.what_ifs) what_ifs.push_back(what_if_document(w));
  json["platform"] = {{"name", e.report.platform_name}, {"hash", e.report.platform_hash}};
  json["network"] = {{"name", e.report.network_name}, {"host_macs", e.report.host_macs}};
  json["latency_s"] = seconds(e.report.time);
  json["energy_j"] = e.report.energy_j.total();
  json["area_mm2"] = e.report.area_mm2.total();
  json["layers"] = layers;
  json["what_ifs"] = what_ifs;
  return json;
}

}  // namespace h4h::sim
