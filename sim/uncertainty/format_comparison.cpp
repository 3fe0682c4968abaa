#include "sim/uncertainty/format_comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"
#include "sim/uncertainty/page_assets.hpp"
#include "sim/uncertainty/uncertainty_document.hpp"

namespace h4h::sim {
namespace {

constexpr const char kSchema[] = "h4h.compare/1";

struct Scale {
  double factor;
  const char* unit;
};

Scale scale_of(const FigureComparison& figure) {
  if (figure.name == "latency") return {1e3, "ms"};
  if (figure.name == "energy") return {1e3, "mJ"};
  if (figure.name == "edp") return {1e6, "uJs"};
  if (figure.name == "average power") return {1e3, "mW"};
  return {1, "mm2"};
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

std::string range(double low, double high) { return fmt::format("{:.3f}..{:.3f}", low, high); }

Table figures_table(const Comparison& comparison) {
  const auto figure = [](const char* name) {
    return real_column(name).with_format(".4g").with_width(9).with_gap(1);
  };
  Table table({text_column("").with_width(16), figure("first"), figure("second"),
               real_column("ratio").with_format(".3f").with_width(6),
               text_column("min..max").with_width(13), text_column("P5..P95")});
  for (const FigureComparison& f : comparison.figures) {
    const Scale scale = scale_of(f);
    table.add_row({fmt::format("{} {}", f.name, scale.unit), f.first.value * scale.factor,
                   f.second.value * scale.factor, f.ratio.value, range(f.ratio.low, f.ratio.high),
                   range(f.ratio.p5, f.ratio.p95)});
  }
  return table;
}

std::string better(const FigureComparison& f) { return f.name == "latency" ? "faster" : "lower"; }

// "latency: h4h-7nm is faster in 88 % of samples (mychip in 12 %); dominant parameter: ..."
std::string verdict(const ComparisonResult& result, const FigureComparison& f) {
  const bool first = f.first_less >= f.second_less;
  const std::string best = printable(first ? result.first : result.second);
  const std::string other = printable(first ? result.second : result.first);
  const std::string dominant =
      f.ratio.moved_by.empty() ? "" : "; dominant parameter: " + f.ratio.moved_by;
  if (f.first_less == 0 && f.second_less == 0) {
    return fmt::format("{}: equal in all samples{}\n", f.name, dominant);
  }
  return fmt::format("{}: {} is {} in {} of samples ({} in {}){}\n", f.name, best, better(f),
                     percent(first ? f.first_less : f.second_less), other,
                     percent(first ? f.second_less : f.first_less), dominant);
}

// "layers: 26 of 64 make up 80 % of the difference in latency; most: classifier (+2569.82 us; bound
// by cim on the first, weights on the second), ..."
std::string reasons(const Comparison& c) {
  constexpr double kMost = 0.8;
  constexpr std::size_t kNamed = 3;
  const std::size_t behind = layers_behind(c.layers, kMost);
  if (behind == 0) return "layers: their latencies add up to the same\n";
  std::string text = fmt::format("layers: {} of {} make up {:.0f} % of the difference in latency",
                                 behind, c.layers.size(), 100 * kMost);
  const std::vector<LayerDifference> ordered = by_effect(c.layers);
  for (std::size_t i = 0; i < std::min({kNamed, behind, ordered.size()}); ++i) {
    const LayerDifference& l = ordered[i];
    const std::string bound = l.first_bound == l.second_bound
                                  ? fmt::format("bound by {} on both", l.first_bound.name())
                                  : fmt::format("bound by {} on the first, {} on the second",
                                                l.first_bound.name(), l.second_bound.name());
    text += fmt::format("{} {} ({:+.2f} us; {})", i == 0 ? "; most:" : ",", printable(l.name),
                        1e6 * (l.second_s - l.first_s), bound);
  }
  return text + "\n";
}

std::string keys_text(const ComparisonResult& result) {
  constexpr std::size_t kMost = 8;
  if (result.keys.empty()) return "All values of the platforms are the same.\n";
  std::vector<std::string> names;
  for (const KeyDifference& key : result.keys) names.push_back(key.key);
  const std::size_t shown = std::min(kMost, names.size());
  const std::string more =
      shown == names.size() ? "" : fmt::format(" and {} more", names.size() - shown);
  return fmt::format(
      "Values that differ: {}{} (`h4h explain --against` prints them).\n",
      fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "), more);
}

Document document_of(const LayerDifference& l) {
  return {{"name", l.name},
          {"latency_s", {{"first", l.first_s}, {"second", l.second_s}}},
          {"energy_j", {{"first", l.first_j}, {"second", l.second_j}}},
          {"bound_by",
           {{"first", std::string(l.first_bound.name())},
            {"second", std::string(l.second_bound.name())}}}};
}

Document document_of(const FigureComparison& f) {
  Document swings = Document::array();
  for (const Swing& swing : f.swings) swings.push_back(to_document(swing));
  return {{"name", f.name},
          {"unit", f.unit},
          {"first", to_document(f.first)},
          {"second", to_document(f.second)},
          {"ratio", to_document(f.ratio)},
          {"median_ratio", f.median},
          {"first_less", f.first_less},
          {"second_less", f.second_less},
          {"ratio_alone", swings},
          {"ratio_sampled", f.sampled}};
}

}  // namespace

std::string format_comparison_table(const ComparisonResult& result) {
  std::string text = fmt::format(
      "first:  {}\nsecond: {}\n{} uncertain parameters over their ranges, {} paired samples "
      "(random seed {})\n",
      printable(result.first), printable(result.second),
      result.plan.first.uncertain_parameters.size(), result.plan.first.samples,
      result.plan.first.seed);
  text += wrapped(keys_text(result), 2);
  for (const Comparison& c : result.networks) {
    text += fmt::format("\n{}\n{}", printable(c.network), write_text(figures_table(c)));
    std::string verdicts;
    for (const FigureComparison& f : c.figures) verdicts += verdict(result, f);
    text += wrapped(verdicts + reasons(c), 2);
    if (c.infeasible > 0) {
      text += fmt::format("{} samples are infeasible on one of the two\n", c.infeasible);
    }
  }
  return text;
}

Table comparison_table(const ComparisonResult& result) {
  Table table;
  table.add_columns(Column::Type::text, {"network", "figure", "unit"});
  table.add_columns(Column::Type::real,
                    {"first", "first_low", "first_high", "second", "second_low", "second_high",
                     "ratio", "ratio_low", "ratio_high", "ratio_p5", "ratio_p95", "ratio_median",
                     "first_less", "second_less"});
  table.add_column(text_column("moved_by"));
  for (const Comparison& c : result.networks) {
    for (const FigureComparison& f : c.figures) {
      table.add_row({c.network, f.name, f.unit, f.first.value, f.first.low, f.first.high,
                     f.second.value, f.second.low, f.second.high, f.ratio.value, f.ratio.low,
                     f.ratio.high, f.ratio.p5, f.ratio.p95, f.median, f.first_less, f.second_less,
                     f.ratio.moved_by});
    }
  }
  return with_provenance(std::move(table), kSchema);
}

Document comparison_document(const ComparisonResult& result) {
  Document networks = Document::array(), values = Document::array();
  for (const Comparison& c : result.networks) {
    Document figures = Document::array();
    for (const FigureComparison& f : c.figures) figures.push_back(document_of(f));
    Document layers = Document::array();
    for (const LayerDifference& l : c.layers) layers.push_back(document_of(l));
    networks.push_back({{"network", c.network},
                        {"infeasible", c.infeasible},
                        {"figures", figures},
                        {"layers", layers}});
  }
  for (const platforms::UncertainParameter& u : result.plan.first.uncertain_parameters)
    values.push_back(to_document(u));
  Document keys = Document::array();
  for (const KeyDifference& key : result.keys) {
    keys.push_back({{"key", key.key}, {"first", key.first}, {"second", key.second}});
  }
  Document json = provenance(kSchema);
  json.update({{"keys", keys},
               {"first", result.first},
               {"second", result.second},
               {"objective", result.objective},
               {"samples", result.plan.first.samples},
               {"seed", result.plan.first.seed},
               {"values", values},
               {"networks", networks}});
  return json;
}

std::string format_comparison_page(const ComparisonResult& result) {
  return assemble_page(
      {result.second + " against " + result.first, "H4H compare",
       comparison_asset("comparison.html"), comparison_document(result),
       std::string(page_asset("uncertainty.js")) + std::string(comparison_asset("comparison.js")),
       result.command});
}

}  // namespace h4h::sim
