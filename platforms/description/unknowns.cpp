#include "platforms/description/unknowns.hpp"

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

}  // namespace

std::string Unknown::setting(double share) const {
  const double moved = low + share * (high - low);
  return fmt::format("{}={}{}", key,
                     whole ? fmt::to_string(std::llround(moved)) : fmt::format("{:.12g}", moved),
                     unit);
}

std::vector<Unknown> unknowns(const Platform& platform) {
  std::vector<Unknown> all;
  for (const Setting& setting : platform.settings) {
    if (!setting.range_low) continue;
    const Key& key = *std::find_if(keys().begin(), keys().end(),
                                   [&](const Key& k) { return k.path == setting.key; });
    all.push_back({setting.key, number(platform, key, *setting.range_low),
                   number(platform, key, setting.value), number(platform, key, *setting.range_high),
                   std::string(base_unit(key.dimension)),
                   std::holds_alternative<IntegerField>(key.field), *setting.range_low,
                   *setting.range_high});
  }
  return all;
}

}  // namespace h4h::platforms
