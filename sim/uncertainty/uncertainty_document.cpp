#include "sim/uncertainty/uncertainty_document.hpp"

namespace h4h::sim {

Document to_document(const Uncertain& u) {
  return {{"value", u.value}, {"low", u.low},
          {"high", u.high},   {"p5", u.p5},
          {"p95", u.p95},     {"moved_by", u.moved_by.empty() ? Document() : Document(u.moved_by)}};
}

Document to_document(const Swing& swing) { return Document::array({swing.low, swing.high}); }

Document to_document(const platforms::UncertainParameter& u) {
  return {{"key", u.key},   {"unit", u.unit.empty() ? "" : u.unit.substr(1)},
          {"low", u.low},   {"value", u.value},
          {"high", u.high}, {"range", u.low_text + " .. " + u.high_text}};
}

Document figures_document(const Uncertainty& u) {
  Document json{{"latency_s", to_document(u.latency_s)}, {"energy_j", to_document(u.energy_j)}};
  if (u.area_mm2) json["area_mm2"] = to_document(*u.area_mm2);
  return json;
}

Document details_document(const Uncertainty& u) {
  Document values = Document::array();
  for (const UncertainValue& value : u.values) {
    Document json = to_document(value.uncertain);
    json["latency_s"] = to_document(value.latency_s);
    json["energy_j"] = to_document(value.energy_j);
    json["area_mm2"] = to_document(value.area_mm2);
    if (u.average_w) json["average_w"] = to_document(value.average_w);
    values.push_back(std::move(json));
  }
  Document sampled{{"latency_s", u.sampled_latency_s},
                   {"energy_j", u.sampled_energy_j},
                   {"area_mm2", u.sampled_area_mm2}};
  if (u.average_w) sampled["average_w"] = u.sampled_average_w;
  return {{"samples", u.samples},       {"seed", u.seed},   {"other_mappings", u.other_mappings},
          {"infeasible", u.infeasible}, {"values", values}, {"sampled", sampled}};
}

}  // namespace h4h::sim
