#include "tools/studies/variant_measures.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace h4h::studies {
namespace {

using Json = nlohmann::ordered_json;

Measures measures_of(const Json& json) {
  Measures measures;
  for (const auto& [name, value] : json.items()) {
    measures[name] =
        value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
  }
  return measures;
}

}  // namespace

std::string variant_line(std::size_t variant, const StudyMeasures& measures) {
  Json studies = Json::object();
  for (const auto& [study, values] : measures) {
    Json& json = studies[study] = Json::object();
    for (const auto& [name, value] : values)
      json[name] = std::isfinite(value) ? Json(value) : Json();
  }
  return Json{{"variant", variant}, {"measures", studies}}.dump() + "\n";
}

std::map<std::size_t, StudyMeasures> parse_variant_lines(const std::string& text) {
  std::map<std::size_t, StudyMeasures> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("variant") || !json.contains("measures")) continue;
    if (!json["variant"].is_number_unsigned() || !json["measures"].is_object()) continue;
    StudyMeasures& measures = all[json["variant"].get<std::size_t>()];
    for (const auto& [study, values] : json["measures"].items()) {
      measures[study] = measures_of(values);
    }
  }
  return all;
}

sim::Outcomes outcomes_of(const std::vector<StudyMeasures>& variants, const std::string& study,
                          const std::string& measure) {
  sim::Outcomes outcomes;
  for (const StudyMeasures& variant : variants) {
    std::optional<double>& outcome = outcomes.emplace_back();
    const auto measures = variant.find(study);
    if (measures == variant.end()) continue;
    const auto found = measures->second.find(measure);
    if (found != measures->second.end() && std::isfinite(found->second)) outcome = found->second;
  }
  return outcomes;
}

}  // namespace h4h::studies
