#include "platforms/description/uncertain_parameters.hpp"

#include <fmt/format.h>

#include <cmath>

#include "platforms/description/keys.hpp"

namespace h4h::platforms {
namespace {

using Scale = UncertainParameter::Scale;

// In the unit of the NPU clock that its author wrote it in; the loader saw to it that value and
// range share one.
UncertainParameter per_clock(const Key& key, const Setting& setting) {
  const auto number = [&](const Value& value) {
    return number_of(std::get<PerClock>(value), key.dimension);
  };
  const bool bandwidth = key.dimension == Dimension::bandwidth;
  return {setting.key,
          number(setting.parsed_low),
          number(setting.parsed),
          number(setting.parsed_high),
          fmt::format(" {}", clock_unit(key.dimension)),
          bandwidth ? Scale::bytes_per_cycle : Scale::cycles,
          *setting.range_low,
          *setting.range_high};
}

UncertainParameter in_base_unit(const Key& key, const Setting& setting) {
  const auto number = [&](const Value& value) { return number_of(key, value, 0); };
  const bool whole = std::holds_alternative<IntegerField>(key.field);
  return {setting.key,
          number(setting.parsed_low),
          number(setting.parsed),
          number(setting.parsed_high),
          std::string(base_unit(key.dimension)),
          whole ? Scale::whole : Scale::real,
          *setting.range_low,
          *setting.range_high};
}

// To the nearest number of twelve decimal digits. Wide, since a power of ten beyond 10^22 is no
// double.
double to_twelve_digits(double number) {
  if (number == 0) return 0;
  const int exponent = 11 - static_cast<int>(std::floor(std::log10(std::abs(number))));
  const long double scale = std::pow(10.0L, std::abs(exponent));
  const long double digits = std::round(exponent > 0 ? number * scale : number / scale);
  return static_cast<double>(exponent > 0 ? digits / scale : digits * scale);
}

}  // namespace

Override UncertainParameter::at(double share) const {
  const double moved = low + share * (high - low);
  switch (scale) {
    case Scale::whole:
      return {key, std::int64_t{std::llround(moved)}};
    case Scale::cycles:
      return {key, PerClock{std::llround(moved)}};
    case Scale::bytes_per_cycle:
      return {key, PerClock{std::llround(moved * 1e9L)}};
    case Scale::real:
      return {key, to_twelve_digits(moved)};
  }
  std::abort();
}

std::vector<UncertainParameter> uncertain_parameters(const Platform& platform) {
  std::vector<UncertainParameter> all;
  for (const Setting& setting : platform.settings) {
    if (!setting.range_low) continue;
    const Key& key = *find_value_key(setting.key);
    const bool follows = std::holds_alternative<PerClock>(setting.parsed);
    all.push_back(follows ? per_clock(key, setting) : in_base_unit(key, setting));
  }
  return all;
}

}  // namespace h4h::platforms
