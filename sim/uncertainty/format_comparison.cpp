#include "sim/uncertainty/format_comparison.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/csv/csv_writer.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"
#include "sim/uncertainty/page_assets.hpp"
#include "sim/uncertainty/uncertainty_json.hpp"

namespace h4h::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char kSchema[] = "h4h.compare/1";

struct Scale {
  double factor;
  const char* unit;
};

Scale scale_of(const FigureComparison& figure) {
  if (figure.name == "latency") return {1e3, "ms"};
  if (figure.name == "energy") return {1e3, "mJ"};
  if (figure.name == "edp") return {1e6, "uJs"};
  return {1, "mm2"};
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

std::string table_row(const FigureComparison& f) {
  const Scale scale = scale_of(f);
  return fmt::format("{:<12} {:>9.4g} {:>9.4g}  {:>6.3f}  {:<15}  {:<15}  {:>7} {:>8}  {}\n",
                     fmt::format("{} {}", f.name, scale.unit), f.first.value * scale.factor,
                     f.second.value * scale.factor, f.ratio.value,
                     fmt::format("{:.3f} .. {:.3f}", f.ratio.low, f.ratio.high),
                     fmt::format("{:.3f} .. {:.3f}", f.ratio.p5, f.ratio.p95),
                     percent(f.first_less), percent(f.second_less),
                     f.ratio.moved_by.empty() ? "nothing" : f.ratio.moved_by);
}

Json json_of(const FigureComparison& f) {
  Json swings = Json::array();
  for (const Swing& swing : f.swings) swings.push_back(to_json(swing));
  return {{"name", f.name},
          {"unit", f.unit},
          {"first", to_json(f.first)},
          {"second", to_json(f.second)},
          {"ratio", to_json(f.ratio)},
          {"median_ratio", f.median},
          {"first_less", f.first_less},
          {"second_less", f.second_less},
          {"ratio_alone", swings},
          {"ratio_sampled", f.sampled}};
}

Json json_of(const ComparisonResult& result) {
  Json networks = Json::array(), values = Json::array();
  for (const Comparison& c : result.networks) {
    Json figures = Json::array();
    for (const FigureComparison& f : c.figures) figures.push_back(json_of(f));
    networks.push_back(
        {{"network", c.network}, {"infeasible", c.infeasible}, {"figures", figures}});
  }
  for (const platforms::UncertainParameter& u : result.plan.first.uncertain_parameters)
    values.push_back(to_json(u));
  Json json = provenance_json(kSchema);
  json.update({{"first", result.first},
               {"second", result.second},
               {"objective", result.objective},
               {"samples", result.plan.first.samples},
               {"seed", result.plan.first.seed},
               {"values", values},
               {"networks", networks}});
  return json;
}

}  // namespace

std::string format_comparison_table(const ComparisonResult& result) {
  std::string text = fmt::format(
      "first:  {}\nsecond: {}\n{} values moved over their ranges, each alone and in {} samples of "
      "seed {}\n",
      result.first, result.second, result.plan.first.uncertain_parameters.size(),
      result.plan.first.samples, result.plan.first.seed);
  for (const Comparison& c : result.networks) {
    text += fmt::format("\n{}\n{:<12} {:>9} {:>9}  {:>6}  {:<15}  {:<15}  {:<16}  {}\n", c.network,
                        "", "first", "second", "ratio", "its interval", "90 % of samples",
                        "less on 1st, 2nd", "moved most by");
    for (const FigureComparison& f : c.figures) text += table_row(f);
    if (c.infeasible > 0) text += fmt::format("{} samples do not run on both\n", c.infeasible);
  }
  return text;
}

std::string format_comparison_csv(const ComparisonResult& result) {
  std::string text =
      "network,figure,unit,first,first_low,first_high,second,second_low,second_high,ratio,ratio_"
      "low,"
      "ratio_high,ratio_p5,ratio_p95,ratio_median,first_less,second_less,moved_by" +
      provenance_header() + "\n";
  for (const Comparison& c : result.networks) {
    for (const FigureComparison& f : c.figures) {
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}{}\n",
                          csv_field(c.network), f.name, f.unit, f.first.value, f.first.low,
                          f.first.high, f.second.value, f.second.low, f.second.high, f.ratio.value,
                          f.ratio.low, f.ratio.high, f.ratio.p5, f.ratio.p95, f.median,
                          f.first_less, f.second_less, f.ratio.moved_by, provenance_row(kSchema));
    }
  }
  return text;
}

std::string format_comparison_json(const ComparisonResult& result) {
  return json_of(result).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string format_comparison_page(const ComparisonResult& result) {
  return assemble_page(
      {result.second + " against " + result.first, "H4H compare",
       comparison_asset("comparison.html"),
       json_of(result).dump(-1, ' ', false, Json::error_handler_t::replace),
       std::string(page_asset("uncertainty.js")) + std::string(comparison_asset("comparison.js"))});
}

}  // namespace h4h::sim
