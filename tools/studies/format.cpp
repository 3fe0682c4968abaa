#include "tools/studies/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"
#include "sim/uncertainty/interval_columns.hpp"
#include "sim/uncertainty/uncertainty_document.hpp"
#include "tools/studies/page_assets.hpp"
#include "tools/studies/tally.hpp"
#include "tools/studies/transformers.hpp"

namespace h4h::studies {
namespace {

Document axis_document(const Axis& axis) {
  return {{"title", axis.title}, {"logarithmic", axis.logarithmic}};
}

Document points_document(const std::vector<std::pair<double, double>>& points) {
  Document all = Document::array();
  for (const auto& [x, y] : points) all.push_back(Document::array({x, y}));
  return all;
}

Document chart_document(const Chart& chart) {
  Document series = Document::array();
  for (const Series& s : chart.series) {
    series.push_back(
        {{"name", s.name}, {"joined", s.joined}, {"points", points_document(s.points)}});
  }
  return {{"title", chart.title},
          {"x", axis_document(chart.x)},
          {"y", axis_document(chart.y)},
          {"series", series}};
}

Document studies_document(const std::map<std::string, Result>& results) {
  Document studies = Document::array();
  for (const Study& study : all_studies()) {
    const auto result = results.find(study.name);
    if (result == results.end()) continue;
    Document charts = Document::array();
    for (const Chart& chart : result->second.charts) charts.push_back(chart_document(chart));
    studies.push_back({{"name", study.name},
                       {"shows", study.shows},
                       {"by_surrogate", study.by_surrogate},
                       {"remark", transformers_text(result->second.measures)},
                       {"charts", charts}});
  }
  return studies;
}

Document left_out_document() {
  Document all = Document::array();
  for (const LeftOut& left : left_out()) all.push_back({{"what", left.what}, {"why", left.why}});
  return all;
}

Document over_document(const OverRanges& over) {
  Document json = sim::to_document(over.value), alone = Document::array();
  for (const sim::Swing& swing : over.swings) alone.push_back(sim::to_document(swing));
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

Document ablations_document(const JudgedClaim& judged) {
  Document all = Document::array();
  for (const AblatedClaim& ablated : judged.ablated) {
    all.push_back({{"ablation", ablated.ablation.setting()},
                   {"label", ablated.ablation.label},
                   {"value", ablated.value},
                   {"verdict", to_string(ablated.verdict)}});
  }
  return all;
}

Document interval_document(const Interval& interval) {
  const auto end = [&](double value) { return interval.has_ends() ? Document(value) : Document(); };
  return {{"low", end(interval.low)}, {"high", end(interval.high)}, {"count", interval.count}};
}

Document claims_document(const std::vector<JudgedClaim>& claims) {
  Document all = Document::array();
  for (const JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    Document& json = all.push_back({{"id", claim.id},
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
                                    {"ablations", ablations_document(judged)}});
    if (judged.interval) json["interval"] = interval_document(*judged.interval);
    if (judged.over) json["over"] = over_document(*judged.over);
  }
  return all;
}

bool has_intervals(const std::vector<JudgedClaim>& claims) {
  return std::any_of(claims.begin(), claims.end(),
                     [](const JudgedClaim& c) { return c.interval.has_value(); });
}

// Columns of means over trainings, and their cells.
void add_training_columns(Table& table) {
  table.add_columns(Column::Type::real, {"interval_low", "interval_high"});
  table.add_column(integer_column("trainings"));
}

void add_training_cells(std::vector<Cell>& row, const Interval* interval) {
  if (interval == nullptr) {
    row.insert(row.end(), 3, Cell());
  } else if (!interval->has_ends()) {
    row.insert(row.end(), {Cell(), Cell(), interval->count});
  } else {
    row.insert(row.end(), {interval->low, interval->high, interval->count});
  }
}

bool ranged(const std::vector<JudgedClaim>& claims) {
  return std::any_of(claims.begin(), claims.end(), [](const JudgedClaim& c) { return c.over; });
}

void add_ranges(std::vector<Cell>& row, const std::optional<OverRanges>& over) {
  sim::add_interval(row, over ? std::optional(over->value) : std::nullopt);
  if (!over) {
    row.insert(row.end(), 4, Cell());
    return;
  }
  const auto joined = [](const std::vector<std::string>& keys) {
    return fmt::format("{}", fmt::join(keys, " "));
  };
  row.insert(row.end(),
             {over->holds, joined(over->broken_by), joined(over->mended_by), over->told_apart_by});
}

std::string label_of(const Claim& claim) {
  const std::string by = accuracy_by(claim.study);
  return by.empty() ? claim.id : fmt::format("{} ({})", claim.id, by);
}

std::optional<sim::Uncertain> uncertain_of(const sim::UncertaintyPlan& plan,
                                           const sim::Outcomes& outcomes) {
  if (!outcomes.front()) return std::nullopt;
  return sim::uncertain(plan, outcomes);
}

// "interval 0.9..1.2; holds in 95 % of samples; flipped by: cim.step"
std::string ranges_text(const JudgedClaim& judged) {
  const OverRanges& over = *judged.over;
  const auto& alone = judged.verdict == Verdict::holds ? over.broken_by : over.mended_by;
  std::string by = fmt::format("{}", fmt::join(alone, ", "));
  if (alone.empty() && !over.told_apart_by.empty()) {
    by = "a combination of several, mainly " + over.told_apart_by;
  }
  return fmt::format("interval {:.3g}..{:.3g}; holds in {:.0f} % of samples; flipped by: {}",
                     over.value.low, over.value.high, 100 * over.holds, by.empty() ? "none" : by);
}

// "95 % interval 0.1..0.9 over 8 trainings"
std::string trainings_text(const Interval& interval) {
  if (interval.count == 0) return "of no training: none has networks to compare";
  if (interval.count == 1) return "of one training: no interval, and so undecided";
  return fmt::format("95 % interval {:.3g}..{:.3g} over {} trainings", interval.low, interval.high,
                     interval.count);
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
    return ablated.value ? value_text(*ablated.value, ablated.verdict) : "infeasible*";
  }
  return "- ";
}

Document plan_document(const sim::UncertaintyPlan& plan) {
  Document values = Document::array();
  for (const platforms::UncertainParameter& uncertain : plan.uncertain_parameters)
    values.push_back(sim::to_document(uncertain));
  return {{"samples", plan.samples}, {"seed", plan.seed}, {"values", values}};
}

}  // namespace

Table claims_table(const std::vector<JudgedClaim>& claims) {
  const bool over = ranged(claims);
  Table table({text_column("id"), text_column("quotation"), real_column("value"),
               text_column("accept"), text_column("verdict"), text_column("assumptions"),
               text_column("accuracy_by")});
  if (over) {
    sim::add_interval_columns(table);
    table.add_column(real_column("holds_share"));
    table.add_columns(Column::Type::text, {"broken_by", "mended_by", "told_apart_by"});
  }
  table.add_columns(Column::Type::text, {"kind", "follows", "variant_of"});
  const bool intervals = has_intervals(claims);
  if (intervals) add_training_columns(table);
  for (const JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    std::vector<Cell> row{claim.id,
                          claim.quotation,
                          judged.value,
                          claim.accept.text(),
                          to_string(judged.verdict),
                          claim.assumptions,
                          accuracy_by(claim.study)};
    if (over) add_ranges(row, judged.over);
    row.insert(row.end(), {to_string(claim.kind), claim.follows, claim.variant_of});
    if (intervals) add_training_cells(row, judged.interval ? &*judged.interval : nullptr);
    table.add_row(std::move(row));
  }
  return sim::with_provenance(std::move(table), "h4h.claims/1");
}

std::string format_claims_table(const std::vector<JudgedClaim>& claims) {
  Table table({text_column("claim"), text_column("kind").with_width(10),
               real_column("value").with_format(".4g").with_width(9), text_column("accept"),
               text_column("verdict")});
  for (const JudgedClaim& judged : claims) {
    table.add_row({label_of(judged.claim), kind_text(judged.claim), judged.value,
                   judged.claim.accept.text(), to_string(judged.verdict)});
  }
  std::istringstream lines(write_text(table));
  std::string line, text;
  std::getline(lines, line);
  text += line + "\n";
  for (const JudgedClaim& judged : claims) {
    std::getline(lines, line);
    text += line + "\n";
    if (judged.interval) text += wrapped("    " + trainings_text(*judged.interval), 4);
    if (judged.over) text += wrapped("    " + ranges_text(judged), 4);
  }
  return text + "\n" + wrapped(tally(claims).text(), 0);
}

Table ablations_table(const std::vector<JudgedClaim>& claims) {
  Table table(
      {text_column("id"), text_column("ablation"), real_column("value"), text_column("verdict")});
  for (const JudgedClaim& judged : claims) {
    for (const AblatedClaim& ablated : judged.ablated) {
      table.add_row(
          {judged.claim.id, ablated.ablation.setting(), ablated.value, to_string(ablated.verdict)});
    }
  }
  return sim::with_provenance(std::move(table), "h4h.ablations/1");
}

namespace {

using Labels = std::vector<std::string>;

// Of the claims, those columns.
Table ablations_block(const std::vector<JudgedClaim>& claims, const Labels& labels) {
  Table table({text_column("ablation"), text_column("default").with_width(9).with_text_right()});
  for (const std::string& label : labels) {
    table.add_column(text_column(label).with_width(17).with_text_right());
  }
  for (const JudgedClaim& judged : claims) {
    if (judged.ablated.empty()) continue;
    std::vector<Cell> row{judged.claim.id, value_text(judged.value, judged.verdict)};
    for (const std::string& label : labels) row.emplace_back(ablated_text(judged, label));
    table.add_row(std::move(row));
  }
  return table;
}

}  // namespace

std::string format_ablations_table(const std::vector<JudgedClaim>& claims) {
  const Labels labels = ablation_labels(claims);
  if (labels.empty()) return {};
  std::size_t id = 8;
  for (const JudgedClaim& judged : claims) {
    if (!judged.ablated.empty()) id = std::max(id, judged.claim.id.size());
  }
  constexpr std::size_t kColumn = 19, kDefault = 11;
  const std::size_t columns = std::max<std::size_t>(1, (kLineWidth - kDefault - id) / kColumn);
  std::string text;
  for (std::size_t i = 0; i < labels.size(); i += columns) {
    const auto begin = labels.begin() + static_cast<std::ptrdiff_t>(i);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(columns, labels.size() - i));
    text += write_text(ablations_block(claims, {begin, end})) + "\n";
  }
  return text + wrapped(
                    "One categorical choice changed at a time. *: the claim does not hold; -: no "
                    "layer of the study depends on the choice, or its networks are searched for "
                    "and not costed again",
                    0);
}

Table measures_table(const std::map<std::string, Result>& results,
                     const std::optional<sim::UncertaintyPlan>& plan,
                     const std::vector<StudyMeasures>& variants) {
  Table table({text_column("study"), text_column("measure"), text_column("accuracy_by"),
               real_column("value")});
  if (plan) sim::add_interval_columns(table);
  const bool trained = std::any_of(results.begin(), results.end(),
                                   [](const auto& r) { return !r.second.intervals.empty(); });
  if (trained) add_training_columns(table);
  for (const auto& [study, result] : results) {
    for (const auto& [name, value] : result.measures) {
      std::vector<Cell> row{study, name, accuracy_by(study), value};
      if (plan) {
        sim::add_interval(row, uncertain_of(*plan, outcomes_of(variants, study, name)));
      }
      if (trained) {
        const auto found = result.intervals.find(name);
        add_training_cells(row, found == result.intervals.end() ? nullptr : &found->second);
      }
      table.add_row(std::move(row));
    }
  }
  return sim::with_provenance(std::move(table), "h4h.measures/1");
}

std::string format_page(const std::string& chip, const std::map<std::string, Result>& results,
                        const std::vector<JudgedClaim>& claims,
                        const std::optional<sim::UncertaintyPlan>& plan,
                        const std::string& command) {
  Document data = sim::provenance("h4h.studies/1");
  data.update({{"chip", chip},
               {"studies", studies_document(results)},
               {"claims", claims_document(claims)},
               {"tally", tally(claims).text()},
               {"left_out", left_out_document()},
               {"uncertainty", plan ? plan_document(*plan) : Document()}});
  return sim::assemble_page(
      {"Figures of the paper", "H4H reproduce", studies_asset("studies.html"), std::move(data),
       std::string(sim::page_asset("uncertainty.js")) + std::string(studies_asset("studies.js")),
       command});
}

}  // namespace h4h::studies
