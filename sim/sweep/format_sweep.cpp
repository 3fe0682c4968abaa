#include <fmt/format.h>

#include <algorithm>

#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"
#include "sim/sweep/format_sweep.hpp"
#include "sim/uncertainty/interval_columns.hpp"
#include "sim/uncertainty/uncertainty_document.hpp"

namespace h4h::sim {
namespace {

constexpr const char kSchema[] = "h4h.sweep/1";

void add_uncertainty_columns(Table& table) {
  for (const char* const figure : {"latency_s_", "energy_j_", "area_mm2_"}) {
    add_interval_columns(table, figure);
  }
  table.add_columns(Column::Type::integer, {"other_mappings", "infeasible_samples"});
}

void add_intervals(std::vector<Cell>& row, const Uncertainty& u) {
  add_interval(row, u.latency_s);
  add_interval(row, u.energy_j);
  add_interval(row, u.area_mm2);
  row.insert(row.end(), {u.other_mappings, u.infeasible});
}

// Those of the platform, whose variants all have the same.
std::vector<std::string> listed_devices(const SweepResult& result) {
  for (const SweptPoint& point : result.points) {
    if (!point.infeasible) return point.listed_devices;
  }
  return {};
}

void add_figure_columns(Table& table, const std::vector<std::string>& listed) {
  table.add_columns(Column::Type::real, {"latency_s", "energy_j", "area_mm2"});
  table.add_columns(Column::Type::integer, {"cycles", "macs"});
  table.add_columns(Column::Type::real, {"cim_share"});
  table.add_columns(Column::Type::integer,
                    {"macros_in_use", "units_in_use", "noc_bytes", "spilled_bytes"});
  for (const auto& [part, joules] : models::energy_parts({}, listed)) {
    table.add_column(real_column(fmt::format("energy_{}_j", part)));
  }
}

void add_figures(std::vector<Cell>& row, const SweptPoint& p,
                 const std::vector<std::string>& listed) {
  row.insert(row.end(), {p.latency_s, p.energy_j, p.area_mm2, p.cycles, p.macs, p.cim_share,
                         p.macros_in_use, p.units_in_use, p.noc_bytes, p.spilled_bytes});
  for (const auto& [part, joules] : models::energy_parts(p.energy_parts_j, listed)) {
    row.emplace_back(joules);
  }
}

bool has_power(const SweepResult& result) {
  return std::any_of(result.points.begin(), result.points.end(),
                     [](const SweptPoint& p) { return p.average_w.has_value(); });
}

Table columns(const SweepResult& result) {
  Table table;
  for (const std::string& axis : result.axes) table.add_column(text_column(axis));
  table.add_column(text_column("network"));
  add_figure_columns(table, listed_devices(result));
  const bool uncertain = std::any_of(result.points.begin(), result.points.end(),
                                     [](const SweptPoint& p) { return p.uncertainty; });
  if (uncertain) add_uncertainty_columns(table);
  table.add_column(text_column("infeasible"));
  table.add_column(integer_column("peak_activation_bytes"));
  if (has_power(result)) table.add_column(real_column("average_w"));
  return table;
}

Document layers_document(const SweptPoint& point) {
  Document layers = Document::array();
  for (const VariantLayer& layer : point.layers) {
    layers.push_back({{"name", layer.name},
                      {"op", layer.op},
                      {"npu_share", layer.npu_share},
                      {"latency_s", layer.latency_s},
                      {"energy_j", layer.energy_j},
                      {"bound_by", layer.bound.name()}});
  }
  return layers;
}

Document figures_document(const SweptPoint& p) {
  return {{"latency_s", p.latency_s},
          {"energy_j", p.energy_j},
          {"area_mm2", p.area_mm2},
          {"cycles", p.cycles},
          {"macs", p.macs},
          {"cim_share", p.cim_share},
          {"macros_in_use", p.macros_in_use},
          {"units_in_use", p.units_in_use},
          {"noc_bytes", p.noc_bytes},
          {"spilled_bytes", p.spilled_bytes},
          {"peak_activation_bytes", p.peak_activation_bytes},
          {"energy_parts_j", energy_document(p.energy_parts_j, p.listed_devices)}};
}

Document point_document(const SweepResult& result, const SweptPoint& point, bool with_layers) {
  Document values = Document::object();
  for (std::size_t i = 0; i < result.axes.size(); ++i) values[result.axes[i]] = point.values.at(i);
  Document json{{"values", values}, {"network", point.network}};
  if (point.infeasible) {
    json["infeasible"] = *point.infeasible;
    return json;
  }
  json.update(figures_document(point));
  if (point.average_w) json["average_w"] = *point.average_w;
  if (point.uncertainty) {
    json.update(figures_document(*point.uncertainty));
    json["uncertainty"] = details_document(*point.uncertainty);
  }
  if (with_layers) json["layers"] = layers_document(point);
  return json;
}

}  // namespace

Table sweep_table(const SweepResult& result) {
  const bool power = has_power(result);
  const std::size_t last = power ? 3 : 2;  // columns behind the figures and their intervals
  Table table = columns(result);
  for (const SweptPoint& p : result.points) {
    std::vector<Cell> row(p.values.begin(), p.values.end());
    row.emplace_back(p.network);
    if (!p.infeasible) add_figures(row, p, p.listed_devices);
    if (p.uncertainty) add_intervals(row, *p.uncertainty);
    row.resize(table.columns().size() - last);
    row.emplace_back(p.infeasible);
    row.push_back(p.infeasible ? Cell() : Cell(p.peak_activation_bytes));
    if (power) row.emplace_back(p.average_w);
    table.add_row(std::move(row));
  }
  return with_provenance(std::move(table), kSchema);
}

Document sweep_document(const SweepResult& result, const std::vector<bool>& with_layers) {
  Document points = Document::array();
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    points.push_back(point_document(result, result.points[i], with_layers.at(i)));
  }
  Document document = provenance(kSchema);
  document.update({{"platform", {{"name", result.platform_name}, {"hash", result.platform_hash}}},
                   {"objective", result.objective},
                   {"axes", result.axes},
                   {"networks", result.networks}});
  document["points"] = std::move(points);  // braces would copy it
  return document;
}

Document sweep_document(const SweepResult& result) {
  return sweep_document(result, std::vector<bool>(result.points.size(), true));
}

}  // namespace h4h::sim
