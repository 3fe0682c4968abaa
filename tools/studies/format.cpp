#include "tools/studies/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/csv/csv_writer.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"
#include "sim/uncertainty/uncertainty_json.hpp"
#include "tools/studies/page_assets.hpp"
#include "tools/studies/tally.hpp"
#include "tools/studies/transformers.hpp"

namespace h4h::studies {
namespace {

using Json = nlohmann::ordered_json;

std::string csv_line(const std::vector<std::string>& values, const std::string& end) {
  std::string line;
  for (const std::string& value : values) {
    line += (line.empty() ? "" : ",") + csv_field(value);
  }
  return line + end + "\n";
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
    studies.push_back({{"name", study.name},
                       {"shows", study.shows},
                       {"by_surrogate", study.by_surrogate},
                       {"remark", transformers_text(result->second.measures)},
                       {"charts", charts}});
  }
  return studies;
}

Json left_out_json() {
  Json all = Json::array();
  for (const LeftOut& left : left_out()) all.push_back({{"what", left.what}, {"why", left.why}});
  return all;
}

Json over_json(const OverRanges& over) {
  Json json = sim::to_json(over.value), alone = Json::array();
  for (const sim::Swing& swing : over.swings) alone.push_back(sim::to_json(swing));
  json.update({{"alone", alone},
               {"sampled", over.sampled},
               {"holds", over.holds},
               {"broken_by", over.broken_by},
               {"mended_by", over.mended_by},
               {"told_apart_by", over.told_apart_by}});
  return json;
}

std::string accuracy_by(const std::string& name) {
  const auto& studies = all_studies();
  const bool surrogate = std::any_of(studies.begin(), studies.end(), [&](const Study& study) {
    return study.name == name && study.by_surrogate;
  });
  return surrogate ? "surrogate" : "";
}

Json ablations_json(const JudgedClaim& judged) {
  Json all = Json::array();
  for (const AblatedClaim& ablated : judged.ablated) {
    all.push_back({{"ablation", ablated.ablation.setting()},
                   {"label", ablated.ablation.label},
                   {"value", ablated.value ? Json(*ablated.value) : Json()},
                   {"verdict", to_string(ablated.verdict)}});
  }
  return all;
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
                   {"assumptions", claim.assumptions},
                   {"accuracy_by", accuracy_by(claim.study)},
                   {"kind", to_string(claim.kind)},
                   {"follows", claim.follows},
                   {"variant_of", claim.variant_of},
                   {"ablations", ablations_json(judged)}});
    if (judged.over) all.back()["over"] = over_json(*judged.over);
  }
  return all;
}

bool ranged(const std::vector<JudgedClaim>& claims) {
  return std::any_of(claims.begin(), claims.end(), [](const JudgedClaim& c) { return c.over; });
}

void add_ranges(std::vector<std::string>& row, const std::optional<OverRanges>& over) {
  if (!over) {
    row.insert(row.end(), 9, "");
    return;
  }
  const sim::Uncertain& u = over->value;
  const auto joined = [](const std::vector<std::string>& keys) {
    return fmt::format("{}", fmt::join(keys, " "));
  };
  for (const double value : {u.low, u.high, u.p5, u.p95}) row.push_back(fmt::to_string(value));
  row.insert(row.end(), {u.moved_by, fmt::to_string(over->holds), joined(over->broken_by),
                         joined(over->mended_by), over->told_apart_by});
}

std::string label_of(const Claim& claim) {
  const std::string by = accuracy_by(claim.study);
  return by.empty() ? claim.id : fmt::format("{} ({})", claim.id, by);
}

void add_interval(std::vector<std::string>& row, const sim::UncertaintyPlan& plan,
                  const sim::Outcomes& outcomes) {
  if (!outcomes.front()) {
    row.insert(row.end(), 5, "");
    return;
  }
  const sim::Uncertain u = sim::uncertain(plan, outcomes);
  for (const double value : {u.low, u.high, u.p5, u.p95}) row.push_back(fmt::to_string(value));
  row.push_back(u.moved_by);
}

// Verdict, interval, share, and what breaks it.
std::string ranges_text(const JudgedClaim& judged) {
  const OverRanges& over = *judged.over;
  const auto& alone = judged.verdict == Verdict::holds ? over.broken_by : over.mended_by;
  std::string by = fmt::format("{}", fmt::join(alone, ", "));
  if (alone.empty() && !over.told_apart_by.empty())
    by = "several, " + over.told_apart_by + " first";
  return fmt::format("{:<7}    {:<21} {:>4.0f} %  {}", to_string(judged.verdict),
                     fmt::format("{:.3g} .. {:.3g}", over.value.low, over.value.high),
                     100 * over.holds, by.empty() ? "nothing" : by);
}

std::string kind_text(const Claim& claim) {
  return claim.is_variant() ? "variant" : std::string(to_string(claim.kind));
}

// Of all claims, in the order of the ablations: the claim that has most of them comes first.
std::vector<std::string> ablation_labels(std::vector<JudgedClaim> claims) {
  std::stable_sort(claims.begin(), claims.end(), [](const JudgedClaim& a, const JudgedClaim& b) {
    return a.ablated.size() > b.ablated.size();
  });
  std::vector<std::string> labels;
  for (const JudgedClaim& judged : claims) {
    for (const AblatedClaim& ablated : judged.ablated) {
      const std::string& label = ablated.ablation.label;
      if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
    }
  }
  return labels;
}

std::string value_text(double value, Verdict verdict) {
  return fmt::format("{:.4g}{}", value, verdict == Verdict::holds ? " " : "*");
}

std::string ablated_text(const JudgedClaim& judged, const std::string& label) {
  for (const AblatedClaim& ablated : judged.ablated) {
    if (ablated.ablation.label != label) continue;
    return ablated.value ? value_text(*ablated.value, ablated.verdict) : "does not run*";
  }
  return "- ";
}

Json plan_json(const sim::UncertaintyPlan& plan) {
  Json values = Json::array();
  for (const platforms::UncertainParameter& uncertain : plan.uncertain_parameters)
    values.push_back(sim::to_json(uncertain));
  return {{"samples", plan.samples}, {"seed", plan.seed}, {"values", values}};
}

}  // namespace

std::string format_csv(const Table& table, const std::string& schema) {
  std::string text = csv_line(table.columns, sim::provenance_header());
  const std::string end = sim::provenance_row(schema);
  for (const std::vector<std::string>& row : table.rows) text += csv_line(row, end);
  return text;
}

std::string format_claims_csv(const std::vector<JudgedClaim>& claims) {
  Table table{{"id", "quotation", "value", "accept", "verdict", "assumptions", "accuracy_by"}, {}};
  if (ranged(claims)) {
    table.columns.insert(table.columns.end(),
                         {"low", "high", "p5", "p95", "moved_by", "holds_share", "broken_by",
                          "mended_by", "told_apart_by"});
  }
  table.columns.insert(table.columns.end(), {"kind", "follows", "variant_of"});
  for (const JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    std::vector<std::string> row{claim.id,
                                 claim.quotation,
                                 fmt::to_string(judged.value),
                                 claim.accept.text(),
                                 to_string(judged.verdict),
                                 claim.assumptions,
                                 accuracy_by(claim.study)};
    if (ranged(claims)) add_ranges(row, judged.over);
    row.insert(row.end(), {std::string(to_string(claim.kind)), claim.follows, claim.variant_of});
    table.rows.push_back(std::move(row));
  }
  return format_csv(table, "h4h.claims/1");
}

std::string format_claims_table(const std::vector<JudgedClaim>& claims) {
  std::size_t id = 5, accept = 6;
  for (const JudgedClaim& judged : claims) {
    id = std::max(id, label_of(judged.claim).size());
    accept = std::max(accept, judged.claim.accept.text().size());
  }
  const bool over = ranged(claims);
  std::string text = fmt::format(
      "{:<{}}  {:<10}  {:>9}  {:<{}}  verdict{}\n", "claim", id, "kind", "value", "accept", accept,
      over ? fmt::format("    {:<21} {:>6}  broken or mended by", "interval", "holds") : "");
  for (const JudgedClaim& judged : claims) {
    text += fmt::format("{:<{}}  {:<10}  {:>9.4g}  {:<{}}  {}\n", label_of(judged.claim), id,
                        kind_text(judged.claim), judged.value, judged.claim.accept.text(), accept,
                        judged.over ? ranges_text(judged) : to_string(judged.verdict));
  }
  return text + "\n" + tally(claims).text() + "\n";
}

std::string format_ablations_csv(const std::vector<JudgedClaim>& claims) {
  Table table{{"id", "ablation", "value", "verdict"}, {}};
  for (const JudgedClaim& judged : claims) {
    for (const AblatedClaim& ablated : judged.ablated) {
      table.rows.push_back({judged.claim.id, ablated.ablation.setting(),
                            ablated.value ? fmt::to_string(*ablated.value) : "",
                            to_string(ablated.verdict)});
    }
  }
  return format_csv(table, "h4h.ablations/1");
}

std::string format_ablations_table(const std::vector<JudgedClaim>& claims) {
  const std::vector<std::string> labels = ablation_labels(claims);
  if (labels.empty()) return {};
  std::size_t id = 8;
  for (const JudgedClaim& judged : claims) {
    if (!judged.ablated.empty()) id = std::max(id, judged.claim.id.size());
  }
  std::string text = fmt::format("{:<{}}  {:>9}", "ablation", id, "default");
  for (const std::string& label : labels) text += fmt::format("  {:>17}", label);
  text += "\n";
  for (const JudgedClaim& judged : claims) {
    if (judged.ablated.empty()) continue;
    text +=
        fmt::format("{:<{}}  {:>9}", judged.claim.id, id, value_text(judged.value, judged.verdict));
    for (const std::string& label : labels) {
      text += fmt::format("  {:>17}", ablated_text(judged, label));
    }
    text += "\n";
  }
  return text +
         "One choice made the other way. *: the claim does not hold; -: no layer of the study "
         "depends on it\n";
}

std::string format_measures_csv(const std::map<std::string, Result>& results,
                                const std::optional<sim::UncertaintyPlan>& plan,
                                const std::vector<StudyMeasures>& variants) {
  Table table{{"study", "measure", "accuracy_by", "value"}, {}};
  if (plan) table.columns.insert(table.columns.end(), {"low", "high", "p5", "p95", "moved_by"});
  for (const auto& [study, result] : results) {
    for (const auto& [name, value] : result.measures) {
      std::vector<std::string> row{study, name, accuracy_by(study), fmt::to_string(value)};
      if (plan) add_interval(row, *plan, outcomes_of(variants, study, name));
      table.rows.push_back(std::move(row));
    }
  }
  return format_csv(table, "h4h.measures/1");
}

std::string format_page(const std::string& chip, const std::map<std::string, Result>& results,
                        const std::vector<JudgedClaim>& claims,
                        const std::optional<sim::UncertaintyPlan>& plan) {
  Json data = sim::provenance_json("h4h.studies/1");
  data.update({{"chip", chip},
               {"studies", studies_json(results)},
               {"claims", claims_json(claims)},
               {"tally", tally(claims).text()},
               {"left_out", left_out_json()},
               {"uncertainty", plan ? plan_json(*plan) : Json()}});
  return sim::assemble_page(
      {"Figures of the paper", "H4H reproduce", studies_asset("studies.html"),
       data.dump(-1, ' ', false, Json::error_handler_t::replace),
       std::string(sim::page_asset("uncertainty.js")) + std::string(studies_asset("studies.js"))});
}

}  // namespace h4h::studies
