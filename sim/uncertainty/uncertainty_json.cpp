#include "sim/uncertainty/uncertainty_json.hpp"

#include <nlohmann/json.hpp>

namespace h4h::sim {

using Json = nlohmann::ordered_json;

Json to_json(const Uncertain& u) {
  return {{"value", u.value}, {"low", u.low},
          {"high", u.high},   {"p5", u.p5},
          {"p95", u.p95},     {"moved_by", u.moved_by.empty() ? Json() : Json(u.moved_by)}};
}

Json to_json(const Swing& swing) {
  const auto end = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  return Json::array({end(swing.low), end(swing.high)});
}

Json to_json(const platforms::UncertainParameter& u) {
  return {{"key", u.key},   {"unit", u.unit.empty() ? "" : u.unit.substr(1)},
          {"low", u.low},   {"value", u.value},
          {"high", u.high}, {"range", u.low_text + " .. " + u.high_text}};
}

Json figures_json(const Uncertainty& u) {
  Json json{{"latency_s", to_json(u.latency_s)}, {"energy_j", to_json(u.energy_j)}};
  if (u.area_mm2) json["area_mm2"] = to_json(*u.area_mm2);
  return json;
}

Json details_json(const Uncertainty& u) {
  Json values = Json::array();
  for (const UncertainValue& value : u.values) {
    Json json = to_json(value.uncertain);
    json["latency_s"] = to_json(value.latency_s);
    json["energy_j"] = to_json(value.energy_j);
    json["area_mm2"] = to_json(value.area_mm2);
    if (u.average_w) json["average_w"] = to_json(value.average_w);
    values.push_back(std::move(json));
  }
  Json sampled{{"latency_s", u.sampled_latency_s},
               {"energy_j", u.sampled_energy_j},
               {"area_mm2", u.sampled_area_mm2}};
  if (u.average_w) sampled["average_w"] = u.sampled_average_w;
  return {{"samples", u.samples},       {"seed", u.seed},   {"other_mappings", u.other_mappings},
          {"infeasible", u.infeasible}, {"values", values}, {"sampled", sampled}};
}

}  // namespace h4h::sim
