#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "sim/explain/format_explain.hpp"
#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

// "1.24 times as fast as".
std::string as_fast(const ChipDifference& d) {
  const double first = to_seconds(d.first.time), second = to_seconds(d.second.time);
  const std::string a = printable(d.first_title), b = printable(d.second_title);
  if (first == second) return fmt::format("{} and {} take the same time", a, b);
  const bool wins = first < second;
  return fmt::format("{} is {:.2f} times as fast as {}", wins ? a : b,
                     wins ? second / first : first / second, wins ? b : a);
}

std::string headline(const ChipDifference& d) {
  constexpr double kMost = 0.8;
  std::string text =
      fmt::format("{}: {:.4f} ms against {:.4f} ms, {:.4f} mJ against {:.4f} mJ", as_fast(d),
                  to_seconds(d.first.time) * 1e3, to_seconds(d.second.time) * 1e3,
                  d.first.energy_j.total() * 1e3, d.second.energy_j.total() * 1e3);
  const std::size_t behind = layers_behind(d.layers, kMost);
  if (d.first.time.count != d.second.time.count) {
    text += fmt::format("; {} of {} layers make up {:.0f} % of the difference in latency", behind,
                        d.layers.size(), 100 * kMost);
  }
  return text + ".\n";
}

std::string keys_table(const ChipDifference& d) {
  if (d.keys.empty()) return "All values of the platforms are the same.\n";
  Table table({text_column("key"), text_column("first"), text_column("second")});
  for (const KeyDifference& key : d.keys) table.add_row({key.key, key.first, key.second});
  return write_text(table);
}

std::string layers_table(const ChipDifference& d, std::size_t top) {
  const auto number = [](const char* name) { return real_column(name).with_format(".2f"); };
  Table table({text_column("layer"), number("first us"), number("second us"), number("change"),
               text_column("first bound by"), text_column("second bound by")});
  const std::vector<LayerDifference> ordered = by_effect(d.layers);
  for (std::size_t i = 0; i < std::min(top, ordered.size()); ++i) {
    const LayerDifference& l = ordered[i];
    table.add_row({l.name, l.first_s * 1e6, l.second_s * 1e6, (l.second_s - l.first_s) * 1e6,
                   std::string(l.first_bound.name()), std::string(l.second_bound.name())});
  }
  return write_text(table, kLineWidth, 12);
}

struct EnergyDifference {
  std::string part;
  double first_j = 0, second_j = 0;
};

// Parts of either chip, in order; 0 of a device that the other one does not have.
std::vector<EnergyDifference> energy_differences(const ChipDifference& d) {
  std::vector<EnergyDifference> all;
  const auto place = [&](const std::string& part) -> EnergyDifference& {
    for (EnergyDifference& each : all) {
      if (each.part == part) return each;
    }
    return all.emplace_back(EnergyDifference{part, 0, 0});
  };
  for (const auto& [part, joules] :
       models::energy_parts(d.first.energy_j, d.first.listed_devices())) {
    place(part).first_j = joules;
  }
  for (const auto& [part, joules] :
       models::energy_parts(d.second.energy_j, d.second.listed_devices())) {
    place(part).second_j = joules;
  }
  return all;
}

std::string energy_table(const ChipDifference& d) {
  const auto number = [](const char* name) { return real_column(name).with_format(".2f"); };
  Table table({text_column("energy"), number("first uJ"), number("second uJ"), number("change")});
  for (const EnergyDifference& part : energy_differences(d)) {
    const double first = part.first_j * 1e6, second = part.second_j * 1e6;
    if (first == 0 && second == 0) continue;
    table.add_row({part.part, first, second, second - first});
  }
  return write_text(table);
}

}  // namespace

std::string format_difference(const ChipDifference& d, std::size_t top) {
  return wrapped(headline(d), 2) + "\n" + keys_table(d) + "\n" + layers_table(d, top) + "\n" +
         energy_table(d) +
         wrapped(
             "\n`h4h compare` says how often each of them wins, with their uncertain "
             "parameters varied.\n",
             0);
}

Document difference_document(const ChipDifference& d) {
  Document json = provenance("h4h.explain-against/1"), keys = Document::array(),
           layers = Document::array(), parts = Document::object();
  for (const KeyDifference& key : d.keys) {
    keys.push_back({{"key", key.key}, {"first", key.first}, {"second", key.second}});
  }
  for (const LayerDifference& l : d.layers) {
    layers.push_back({{"name", l.name},
                      {"latency_s", {{"first", l.first_s}, {"second", l.second_s}}},
                      {"energy_j", {{"first", l.first_j}, {"second", l.second_j}}},
                      {"bound_by",
                       {{"first", std::string(l.first_bound.name())},
                        {"second", std::string(l.second_bound.name())}}}});
  }
  for (const EnergyDifference& part : energy_differences(d)) {
    parts[part.part] = {{"first", part.first_j}, {"second", part.second_j}};
  }
  const auto chip = [](const std::string& title, const Report& r) -> Document {
    return {{"title", title},
            {"name", r.platform_name},
            {"hash", r.platform_hash},
            {"latency_s", to_seconds(r.time)},
            {"energy_j", r.energy_j.total()},
            {"area_mm2", r.area_mm2.total()}};
  };
  json["network"] = {{"name", d.first.network_name}};
  json["first"] = chip(d.first_title, d.first);
  json["second"] = chip(d.second_title, d.second);
  json["keys"] = keys;
  json["layers"] = layers;
  json["energy_parts_j"] = parts;
  return json;
}

}  // namespace h4h::sim
