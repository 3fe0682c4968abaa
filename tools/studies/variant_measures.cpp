#include "tools/studies/variant_measures.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"

namespace h4h::studies {
namespace {

Measures measures_of(const Document& json) {
  Measures measures;
  for (const auto& [name, value] : json.members()) {
    measures[name] = value.is_number() ? value.number() : std::numeric_limits<double>::quiet_NaN();
  }
  return measures;
}

}  // namespace

std::string variant_line(std::size_t variant, const StudyMeasures& measures) {
  Document studies = Document::object();
  for (const auto& [study, values] : measures) {
    Document& json = studies[study] = Document::object();
    for (const auto& [name, value] : values) json[name] = value;
  }
  return write_json({{"variant", variant}, {"measures", studies}}, JsonLayout::compact) + "\n";
}

std::map<std::size_t, StudyMeasures> parse_variant_lines(const std::string& text) {
  std::map<std::size_t, StudyMeasures> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const Document json = parse_json_or_null(line);
    const Document *const variant = json.find("variant"), *const found = json.find("measures");
    if (variant == nullptr || found == nullptr) continue;
    if (!variant->is_integer() || !found->is_object()) continue;
    StudyMeasures& measures = all[variant->unsigned_integer()];
    for (const auto& [study, values] : found->members()) {
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
