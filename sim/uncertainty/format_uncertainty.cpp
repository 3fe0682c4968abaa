#include "sim/uncertainty/format_uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "sim/report/format.hpp"
#include "sim/uncertainty/uncertainty_document.hpp"

namespace h4h::sim {
namespace {

// A figure of the table: its unit, and where each parameter's own swing of it stands.
struct Figure {
  const char* name;
  double scale;
  const char* unit;
  Swing UncertainValue::*swing;
};
constexpr Figure kLatency{"latency", 1e3, "ms", &UncertainValue::latency_s};
constexpr Figure kEnergy{"energy", 1e3, "mJ", &UncertainValue::energy_j};
constexpr Figure kArea{"area", 1, "mm2", &UncertainValue::area_mm2};
constexpr Figure kAverage{"average", 1e3, "mW", &UncertainValue::average_w};

// The parameters whose nominal value is the one of their range that gives the least of a figure
// (`sign` 1) or the most (-1), those that move it furthest first.
std::vector<std::string> at_an_end(const Uncertainty& all, const Figure& figure, double value,
                                   double sign) {
  std::vector<std::pair<double, std::string>> found;
  for (const UncertainValue& parameter : all.values) {
    const Swing& swing = parameter.*figure.swing;
    const double low = sign * swing.low.value_or(value), high = sign * swing.high.value_or(value);
    if (width(swing, value) == 0 || std::min(low, high) < sign * value) continue;
    found.emplace_back(width(swing, value), parameter.uncertain.key);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  constexpr std::size_t kMost = 3;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < std::min(kMost, found.size()); ++i) keys.push_back(found[i].second);
  return keys;
}

// The end of the ranges where a figure is least, or most.
const char* end_name(const Figure& figure, bool least) {
  if (&figure == &kLatency) return least ? "fast" : "slow";
  return least ? "low" : "high";
}

// Why a nominal figure lies outside the samples' interval; "" where it lies inside.
std::string outside(const Uncertainty& all, const Figure& figure, const Uncertain& u) {
  if (u.p5 <= u.value && u.value <= u.p95) return {};
  const bool below = u.value < u.p5;
  const std::string where = below ? "below the 5th percentile" : "above the 95th percentile";
  const std::vector<std::string> keys = at_an_end(all, figure, u.value, below ? 1 : -1);
  if (keys.empty()) return fmt::format(" ({})", where);
  return fmt::format(" ({}: {} default to the {} end of their range)", where, fmt::join(keys, ", "),
                     end_name(figure, below));
}

std::string line(const Uncertainty& all, const Figure& figure, const Uncertain& u) {
  const double scale = figure.scale;
  return fmt::format(
      "{:<8} nominal {:.4f} {}{}; min..max {:.4f}..{:.4f}; P5..P95 {:.4f}..{:.4f}; {}\n",
      figure.name, u.value * scale, figure.unit, outside(all, figure, u), u.low * scale,
      u.high * scale, u.p5 * scale, u.p95 * scale,
      u.moved_by.empty() ? "no parameter changes it" : "dominant parameter: " + u.moved_by);
}

// "" where the parameter has no effect.
std::string swing_text(const Swing& swing, double value, double scale) {
  if (swing.low && swing.high && width(swing, value) == 0) return {};
  const auto end = [&](const std::optional<double>& at) {
    return at ? fmt::format("{:.4g}", *at * scale) : std::string("infeasible");
  };
  return end(swing.low) + ".." + end(swing.high);
}

// What moves the latency most comes first.
std::vector<UncertainValue> by_width(const Uncertainty& u) {
  std::vector<UncertainValue> values = u.values;
  const double now = u.latency_s.value;
  std::stable_sort(values.begin(), values.end(), [&](const auto& a, const auto& b) {
    return width(a.latency_s, now) > width(b.latency_s, now);
  });
  return values;
}

std::string figures_text(const Uncertainty& u) {
  std::string text = line(u, kLatency, u.latency_s) + line(u, kEnergy, u.energy_j);
  if (u.area_mm2) text += line(u, kArea, *u.area_mm2);
  if (u.average_w) text += line(u, kAverage, *u.average_w);
  return text +
         fmt::format("mapping  the best mapping changes in {} of {} samples{}\n", u.other_mappings,
                     u.samples,
                     u.infeasible > 0 ? fmt::format("; {} are infeasible", u.infeasible) : "");
}

// The effect of each parameter alone.
Table parameters_table(const Uncertainty& u, bool ranges) {
  Table table({text_column("parameter alone, low..high end")});
  if (ranges) table.add_column(text_column("range"));
  table.add_columns(Column::Type::text, {"latency ms", "energy mJ"});
  if (u.average_w) table.add_column(text_column("average mW"));
  for (const UncertainValue& value : by_width(u)) {
    const platforms::UncertainParameter& uncertain = value.uncertain;
    std::vector<Cell> row{uncertain.key};
    if (ranges) row.emplace_back(uncertain.low_text + ".." + uncertain.high_text);
    row.emplace_back(swing_text(value.latency_s, u.latency_s.value, 1e3));
    row.emplace_back(swing_text(value.energy_j, u.energy_j.value, 1e3));
    if (u.average_w) row.emplace_back(swing_text(value.average_w, u.average_w->value, 1e3));
    table.add_row(std::move(row));
  }
  return table;
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  return longest;
}

// Without the ranges, which the platform file has too, where too few characters are left for the
// keys.
std::string parameters_text(const Uncertainty& u, bool wide) {
  constexpr std::size_t kLeastKey = 20;  // characters of a key, the longest of which has more
  std::string whole = write_text(parameters_table(u, true));
  if (wide || longest_line(whole) <= kLineWidth) return whole;
  return write_text(parameters_table(u, false), kLineWidth, kLeastKey);
}

}  // namespace

std::string format_table(const Uncertainty& u, bool wide) {
  const std::string figures = figures_text(u);
  return fmt::format("\n{} uncertain parameters over their ranges, {} samples (random seed {}):\n",
                     u.values.size(), u.samples, u.seed) +
         (wide ? figures : wrapped(figures, 9)) + "\n" + parameters_text(u, wide);
}

Document report_document(const Report& report, const Uncertainty& u) {
  Document document = report_document(report);
  document["totals"].update(figures_document(u));
  if (u.average_w) document["duty_cycle"]["average_w"] = to_document(*u.average_w);
  document["uncertainty"] = details_document(u);
  return document;
}

Document uncertainty_page_document(const Uncertainty& u) {
  Document document = details_document(u);
  document["totals"] = figures_document(u);
  if (u.average_w) document["totals"]["average_w"] = to_document(*u.average_w);
  return document;
}

}  // namespace h4h::sim
