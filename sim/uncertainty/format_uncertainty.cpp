#include "sim/uncertainty/format_uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/format.hpp"
#include "sim/uncertainty/uncertainty_json.hpp"

namespace h4h::sim {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const char* name, const Uncertain& u, double scale, const char* unit) {
  return fmt::format("{:<8} {:.4f} {}  {:.4f} .. {:.4f}; 90 % of samples {:.4f} .. {:.4f}{}\n",
                     name, u.value * scale, unit, u.low * scale, u.high * scale, u.p5 * scale,
                     u.p95 * scale,
                     u.moved_by.empty() ? "; nothing moves it" : "; most by " + u.moved_by);
}

// "" where the value does nothing.
std::string swing_text(const Swing& swing, double value, double scale) {
  if (swing.low && swing.high && width(swing, value) == 0) return {};
  const auto end = [&](const std::optional<double>& at) {
    return at ? fmt::format("{:.4f}", *at * scale) : std::string("does not run");
  };
  return end(swing.low) + " .. " + end(swing.high);
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

}  // namespace

std::string format_table(const Uncertainty& u) {
  std::string text = fmt::format("\nover the ranges of {} values, and {} samples of seed {}:\n",
                                 u.values.size(), u.samples, u.seed);
  text += line("latency", u.latency_s, 1e3, "ms") + line("energy", u.energy_j, 1e3, "mJ");
  if (u.area_mm2) text += line("area", *u.area_mm2, 1, "mm2");
  if (u.average_w) text += line("average", *u.average_w, 1e3, "mW");
  text +=
      fmt::format("mapping  another is best for {} of {} samples{}\n", u.other_mappings, u.samples,
                  u.infeasible > 0 ? fmt::format("; {} do not run", u.infeasible) : "");
  text += fmt::format("\n{:<33} {:<21} {:<21} {}\n", "each value alone", "range", "latency ms",
                      u.average_w ? fmt::format("{:<21} average mW", "energy mJ") : "energy mJ");
  for (const UncertainValue& value : by_width(u)) {
    const platforms::Unknown& unknown = value.unknown;
    std::string row = fmt::format("{:<33} {:<21} {:<21} {:<21}", unknown.key,
                                  unknown.low_text + " .. " + unknown.high_text,
                                  swing_text(value.latency_s, u.latency_s.value, 1e3),
                                  swing_text(value.energy_j, u.energy_j.value, 1e3));
    if (u.average_w) row += " " + swing_text(value.average_w, u.average_w->value, 1e3);
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string format_json(const Report& report, const Uncertainty& u) {
  Json json = Json::parse(format_json(report));
  json["totals"].update(figures_json(u));
  if (u.average_w) json["duty_cycle"]["average_w"] = to_json(*u.average_w);
  json["uncertainty"] = details_json(u);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string page_json(const Uncertainty& u) {
  Json json = details_json(u);
  json["totals"] = figures_json(u);
  if (u.average_w) json["totals"]["average_w"] = to_json(*u.average_w);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace h4h::sim
