#include "sim/uncertainty/format_uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/format.hpp"

namespace h4h::sim {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const char* name, const Uncertain& u, double scale, const char* unit) {
  return fmt::format("{:<8} {:.4f} {}  {:.4f} .. {:.4f}; 90 % of samples {:.4f} .. {:.4f}{}\n",
                     name, u.value * scale, unit, u.low * scale, u.high * scale, u.p5 * scale,
                     u.p95 * scale,
                     u.moved_by.empty() ? "; nothing moves it" : "; most by " + u.moved_by);
}

std::string swing_text(const Swing& swing, double scale) {
  const auto end = [&](const std::optional<double>& value) {
    return value ? fmt::format("{:.4f}", *value * scale) : std::string("does not run");
  };
  return swing.low == swing.high ? "" : end(swing.low) + " .. " + end(swing.high);
}

double width(const Swing& swing) {
  return swing.low && swing.high ? std::abs(*swing.high - *swing.low) : 0;
}

// The widest first.
std::vector<UncertainValue> by_width(std::vector<UncertainValue> values,
                                     Swing UncertainValue::*swing) {
  std::stable_sort(values.begin(), values.end(),
                   [&](const auto& a, const auto& b) { return width(a.*swing) > width(b.*swing); });
  return values;
}

Json json_of(const Uncertain& u) {
  return {{"value", u.value}, {"low", u.low},
          {"high", u.high},   {"p5", u.p5},
          {"p95", u.p95},     {"moved_by", u.moved_by.empty() ? Json() : Json(u.moved_by)}};
}

Json json_of(const Swing& swing) {
  const auto end = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  return Json::array({end(swing.low), end(swing.high)});
}

Json json_of(const UncertainValue& value) {
  const platforms::Unknown& u = value.unknown;
  return {{"key", u.key},
          {"unit", u.unit.empty() ? "" : u.unit.substr(1)},
          {"low", u.low},
          {"value", u.value},
          {"high", u.high},
          {"latency_s", json_of(value.latency_s)},
          {"energy_j", json_of(value.energy_j)},
          {"area_mm2", json_of(value.area_mm2)}};
}

}  // namespace

std::string format_table(const Uncertainty& u) {
  std::string text = fmt::format("\nover the ranges of {} values, and {} samples of seed {}:\n",
                                 u.values.size(), u.samples, u.seed);
  text += line("latency", u.latency_s, 1e3, "ms") + line("energy", u.energy_j, 1e3, "mJ");
  if (u.area_mm2) text += line("area", *u.area_mm2, 1, "mm2");
  text +=
      fmt::format("mapping  another is best for {} of {} samples{}\n", u.other_mappings, u.samples,
                  u.infeasible > 0 ? fmt::format("; {} do not run", u.infeasible) : "");
  text += fmt::format("\n{:<33} {:<21} {:<21} {}\n", "each value alone", "range", "latency ms",
                      "energy mJ");
  for (const UncertainValue& value : by_width(u.values, &UncertainValue::latency_s)) {
    const platforms::Unknown& unknown = value.unknown;
    text += fmt::format("{:<33} {:<21} {:<21} {}\n", unknown.key,
                        unknown.low_text + " .. " + unknown.high_text,
                        swing_text(value.latency_s, 1e3), swing_text(value.energy_j, 1e3));
  }
  return text;
}

std::string format_json(const Report& report, const Uncertainty& u) {
  Json json = Json::parse(format_json(report));
  json["totals"]["latency_s"] = json_of(u.latency_s);
  json["totals"]["energy_j"] = json_of(u.energy_j);
  if (u.area_mm2) json["totals"]["area_mm2"] = json_of(*u.area_mm2);
  Json values = Json::array();
  for (const UncertainValue& value : u.values) values.push_back(json_of(value));
  json["uncertainty"] = {
      {"samples", u.samples},
      {"seed", u.seed},
      {"other_mappings", u.other_mappings},
      {"infeasible", u.infeasible},
      {"values", values},
      {"sampled", {{"latency_s", u.sampled_latency_s}, {"energy_j", u.sampled_energy_j}}}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace h4h::sim
