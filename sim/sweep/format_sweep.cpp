#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/csv/csv_writer.hpp"
#include "sim/report/provenance.hpp"
#include "sim/sweep/sweep_json.hpp"
#include "sim/uncertainty/uncertainty_json.hpp"

namespace h4h::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char kSchema[] = "h4h.sweep/1";
constexpr const char* kIntervalColumns[] = {"low", "high", "p5", "p95", "moved_by"};

std::string interval_columns() {
  std::string text;
  for (const char* const figure : {"latency_s", "energy_j", "area_mm2"}) {
    for (const char* const column : kIntervalColumns) text += fmt::format(",{}_{}", figure, column);
  }
  return text + ",other_mappings,infeasible_samples";
}

std::string interval(const std::optional<Uncertain>& u) {
  return u ? fmt::format(",{},{},{},{},{}", u->low, u->high, u->p5, u->p95, u->moved_by) : ",,,,,";
}

std::string intervals(const Uncertainty& u) {
  return interval(u.latency_s) + interval(u.energy_j) + interval(u.area_mm2) +
         fmt::format(",{},{}", u.other_mappings, u.infeasible);
}

std::string figure_columns() {
  std::string text =
      "latency_s,energy_j,area_mm2,cycles,macs,cim_share,macros_in_use,units_in_use,noc_bytes,"
      "spilled_bytes";
  for (const models::Part part : models::kParts) {
    text += fmt::format(",energy_{}_j", to_string(part));
  }
  return text;
}

std::string figures(const SweptPoint& p) {
  std::string text =
      fmt::format("{},{},{},{},{},{},{},{},{},{}", p.latency_s, p.energy_j,
                  p.area_mm2 ? fmt::format("{}", *p.area_mm2) : "", p.cycles, p.macs, p.cim_share,
                  p.macros_in_use, p.units_in_use, p.noc_bytes, p.spilled_bytes);
  for (const models::Part part : models::kParts) {
    text += fmt::format(",{}", p.energy_parts_j[part]);
  }
  return text;
}

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json energy_json(const models::Energy& energy) {
  Json json = Json::object();
  for (const models::Part part : models::kParts) {
    json[std::string(to_string(part))] = energy[part];
  }
  return json;
}

Json layers_json(const SweptPoint& point) {
  Json layers = Json::array();
  for (const VariantLayer& layer : point.layers) {
    layers.push_back({{"name", layer.name},
                      {"op", layer.op},
                      {"npu_share", layer.npu_share},
                      {"latency_s", layer.latency_s},
                      {"energy_j", layer.energy_j},
                      {"bound_by", to_string(layer.bound)}});
  }
  return layers;
}

Json figures_json(const SweptPoint& p) {
  return {{"latency_s", p.latency_s},
          {"energy_j", p.energy_j},
          {"area_mm2", number_or_null(p.area_mm2)},
          {"cycles", p.cycles},
          {"macs", p.macs},
          {"cim_share", p.cim_share},
          {"macros_in_use", p.macros_in_use},
          {"units_in_use", p.units_in_use},
          {"noc_bytes", p.noc_bytes},
          {"spilled_bytes", p.spilled_bytes},
          {"peak_activation_bytes", p.peak_activation_bytes},
          {"energy_parts_j", energy_json(p.energy_parts_j)}};
}

Json point_json(const SweepResult& result, const SweptPoint& point, bool with_layers) {
  Json values = Json::object();
  for (std::size_t i = 0; i < result.axes.size(); ++i) values[result.axes[i]] = point.values.at(i);
  Json json{{"values", values}, {"network", point.network}};
  if (point.infeasible) {
    json["infeasible"] = *point.infeasible;
    return json;
  }
  json.update(figures_json(point));
  if (point.uncertainty) {
    json.update(figures_json(*point.uncertainty));
    json["uncertainty"] = details_json(*point.uncertainty);
  }
  if (with_layers) json["layers"] = layers_json(point);
  return json;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string format_sweep_csv(const SweepResult& result) {
  const bool uncertain = std::any_of(result.points.begin(), result.points.end(),
                                     [](const SweptPoint& p) { return p.uncertainty; });
  const std::string columns = figure_columns() + (uncertain ? interval_columns() : "");
  const std::string none(static_cast<std::size_t>(std::count(columns.begin(), columns.end(), ',')),
                         ',');
  std::string text;
  for (const std::string& axis : result.axes) text += csv_field(axis) + ",";
  text += "network," + columns + ",infeasible,peak_activation_bytes" + provenance_header() + "\n";
  for (const SweptPoint& p : result.points) {
    for (const std::string& value : p.values) text += csv_field(value) + ",";
    text += csv_field(p.network) + "," + (p.infeasible ? none : figures(p));
    if (p.uncertainty) text += intervals(*p.uncertainty);
    text += "," + csv_field(p.infeasible.value_or("")) + ",";
    if (!p.infeasible) text += fmt::to_string(p.peak_activation_bytes);
    text += provenance_row(kSchema) + "\n";
  }
  return text;
}

std::string sweep_json(const SweepResult& result, const std::vector<bool>& with_layers) {
  Json head = provenance_json(kSchema);
  head["platform"] = {{"name", result.platform_name}, {"hash", result.platform_hash}};
  head["objective"] = result.objective;
  head["axes"] = result.axes;
  head["networks"] = result.networks;
  std::string text = dump(head);
  text.back() = ',';  // the points go on where the object ended
  text += "\"points\":[";
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    text += (i == 0 ? "\n" : ",\n") + dump(point_json(result, result.points[i], with_layers.at(i)));
  }
  return text + "\n]}\n";
}

std::string format_sweep_json(const SweepResult& result) {
  return sweep_json(result, std::vector<bool>(result.points.size(), true));
}

}  // namespace h4h::sim
