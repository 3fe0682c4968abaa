#include "platforms/description/uncertain_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platforms/description/keys.hpp"

namespace h4h::platforms {
namespace {

// The key's number in its base unit.
struct Number {
  Platform& platform;
  double operator()(const IntegerField& field) const {
    return static_cast<double>(field.of(platform));
  }
  double operator()(const RealField& field) const { return field.of(platform); }
  double operator()(const OptionalField& field) const { return field.of(platform).value_or(0); }
  double operator()(const ChoiceField&) const { return 0; }  // has no range
  double operator()(const TableField&) const { return 0; }   // nor has this
};

double number(Platform platform, const Key& key, const std::string& text) {
  assign(platform, key, text);
  return std::visit(Number{platform}, key.field);
}

// In the unit of the NPU clock that its author wrote it in; the loader saw to it that value and
// range share one.
UncertainParameter per_clock(const Key& key, const Setting& setting, std::string_view unit) {
  const auto in_unit = [&](const std::string& text) {
    return parse_per_clock(text, key.dimension)->number;
  };
  return {setting.key,
          in_unit(*setting.range_low),
          in_unit(setting.value),
          in_unit(*setting.range_high),
          fmt::format(" {}", unit),
          key.dimension == Dimension::latency,
          *setting.range_low,
          *setting.range_high};
}

}  // namespace

std::string UncertainParameter::setting(double share) const {
  const double moved = low + share * (high - low);
  if (whole) return fmt::format("{}={}{}", key, std::llround(moved), unit);
  // As many digits as B/cycle has.
  if (unit == " B/cycle") return fmt::format("{}={:.9f}{}", key, moved, unit);
  return fmt::format("{}={:.12g}{}", key, moved, unit);
}

std::vector<UncertainParameter> uncertain_parameters(const Platform& platform) {
  std::vector<UncertainParameter> all;
  for (const Setting& setting : platform.settings) {
    if (!setting.range_low) continue;
    const Key& key = *std::find_if(keys().begin(), keys().end(),
                                   [&](const Key& k) { return k.path == setting.key; });
    const bool integer = std::holds_alternative<IntegerField>(key.field);
    if (const auto given = integer ? parse_per_clock(setting.value, key.dimension) : std::nullopt) {
      all.push_back(per_clock(key, setting, given->unit));
      continue;
    }
    all.push_back({setting.key, number(platform, key, *setting.range_low),
                   number(platform, key, setting.value), number(platform, key, *setting.range_high),
                   std::string(base_unit(key.dimension)),
                   std::holds_alternative<IntegerField>(key.field), *setting.range_low,
                   *setting.range_high});
  }
  return all;
}

}  // namespace h4h::platforms
