#include "tools/studies/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/page_text.hpp"
#include "tools/studies/page_assets.hpp"
#include "workloads/import/csv/table.hpp"

namespace h4h::studies {
namespace {

using Json = nlohmann::ordered_json;

std::string csv_line(const std::vector<std::string>& values) {
  std::string line;
  for (const std::string& value : values) {
    line += (line.empty() ? "" : ",") + workloads::csv_field(value);
  }
  return line + "\n";
}

Json axis_json(const Axis& axis) {
  return {{"title", axis.title}, {"logarithmic", axis.logarithmic}};
}

Json chart_json(const Chart& chart) {
  Json series = Json::array();
  for (const Series& s : chart.series) series.push_back({{"name", s.name}, {"points", s.points}});
  return {{"title", chart.title},
          {"x", axis_json(chart.x)},
          {"y", axis_json(chart.y)},
          {"series", series}};
}

Json studies_json(const std::map<std::string, Result>& results) {
  Json studies = Json::array();
  for (const Study& study : all_studies()) {
    const auto result = results.find(study.name);
    if (result == results.end()) continue;
    Json charts = Json::array();
    for (const Chart& chart : result->second.charts) charts.push_back(chart_json(chart));
    studies.push_back({{"name", study.name}, {"shows", study.shows}, {"charts", charts}});
  }
  return studies;
}

Json claims_json(const std::vector<JudgedClaim>& claims) {
  Json all = Json::array();
  for (const JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    all.push_back({{"id", claim.id},
                   {"study", claim.study},
                   {"quotation", claim.quotation},
                   {"measure", claim.value},
                   {"value", judged.value},
                   {"accept", claim.accept.text()},
                   {"band", claim.band ? claim.band->text() : ""},
                   {"verdict", to_string(judged.verdict)},
                   {"assumptions", claim.assumptions}});
  }
  return all;
}

}  // namespace

std::string format_csv(const Table& table) {
  std::string text = csv_line(table.columns);
  for (const std::vector<std::string>& row : table.rows) text += csv_line(row);
  return text;
}

std::string format_claims_csv(const std::vector<JudgedClaim>& claims) {
  Table table{{"id", "quotation", "value", "accept", "verdict", "assumptions"}, {}};
  for (const JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    table.rows.push_back({claim.id, claim.quotation, fmt::to_string(judged.value),
                          claim.accept.text(), to_string(judged.verdict), claim.assumptions});
  }
  return format_csv(table);
}

std::string format_claims_table(const std::vector<JudgedClaim>& claims) {
  std::size_t id = 5, accept = 6;
  for (const JudgedClaim& judged : claims) {
    id = std::max(id, judged.claim.id.size());
    accept = std::max(accept, judged.claim.accept.text().size());
  }
  std::string text =
      fmt::format("{:<{}}  {:>9}  {:<{}}  verdict\n", "claim", id, "value", "accept", accept);
  for (const JudgedClaim& judged : claims) {
    text += fmt::format("{:<{}}  {:>9.4g}  {:<{}}  {}\n", judged.claim.id, id, judged.value,
                        judged.claim.accept.text(), accept, to_string(judged.verdict));
  }
  return text;
}

std::string format_page(const std::string& chip, const std::map<std::string, Result>& results,
                        const std::vector<JudgedClaim>& claims) {
  const Json data{{"schema", "h4h.studies/1"},
                  {"chip", chip},
                  {"studies", studies_json(results)},
                  {"claims", claims_json(claims)}};
  return sim::assemble_page({"Figures of the paper", "H4H reproduce", studies_asset("studies.html"),
                             data.dump(-1, ' ', false, Json::error_handler_t::replace),
                             std::string(studies_asset("studies.js"))});
}

}  // namespace h4h::studies
