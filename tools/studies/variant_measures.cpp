#include "tools/studies/variant_measures.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string_view>

#include "base/text/take_line.hpp"
#include "sim/report/checksum.hpp"

namespace h4h::studies {
namespace {

Measures measures_of(const Document& json) {
  Measures measures;
  for (const auto& [name, value] : json.members()) {
    measures[name] = value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.number();
  }
  return measures;
}

void add_line(std::map<std::size_t, StudyMeasures>& all, const std::string& line,
              std::size_t variants) {
  if (!sim::has_valid_checksum(line)) return;
  const Document json = sim::parse_json_with_checksum(line);
  const std::uint64_t variant = json.at("variant").unsigned_integer();
  if (variant >= variants) {
    throw DocumentError(fmt::format("variant {} of {}", variant, variants));
  }
  StudyMeasures& measures = all[variant];
  for (const auto& [study, values] : json.at("measures").members()) {
    measures[study] = measures_of(values);
  }
}

}  // namespace

std::string variant_line(std::size_t variant, const StudyMeasures& measures) {
  Document studies = Document::object();
  for (const auto& [study, values] : measures) {
    Document& json = studies[study] = Document::object();
    for (const auto& [name, value] : values) json[name] = value;
  }
  return sim::json_with_checksum({{"variant", variant}, {"measures", studies}},
                                 JsonLayout::compact) +
         "\n";
}

std::map<std::size_t, StudyMeasures> parse_variant_lines(const std::string& text,
                                                         std::size_t variants) {
  std::map<std::size_t, StudyMeasures> all;
  int number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    ++number;
    try {
      add_line(all, std::string(take_line(rest)), variants);
    } catch (const DocumentError& error) {
      throw DocumentError(fmt::format("line {}: {}", number, error.what()));
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
