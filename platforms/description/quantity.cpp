#include "platforms/description/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text/trim.hpp"

namespace h4h::platforms {
namespace {

constexpr std::int64_t kKilo = 1000, kMega = kKilo * 1000, kGiga = kMega * 1000,
                       kTera = kGiga * 1000, kPeta = kTera * 1000;
constexpr std::int64_t kKibi = 1024, kMebi = kKibi * 1024, kGibi = kMebi * 1024;

constexpr std::int64_t kPerClock = 0;

struct Unit {
  std::string_view symbol;
  // Base units in one; for real dimensions: ones in a base unit; kPerClock: the clock decides.
  std::int64_t scale;
};

struct Units {
  Dimension dimension;
  std::string_view name;
  std::vector<Unit> units;
};

const std::vector<Units>& all_units() {
  static const std::vector<Units> kUnits{
      {Dimension::count, "a count", {{"", 1}}},
      {Dimension::frequency,
       "a frequency",
       {{"Hz", 1}, {"kHz", kKilo}, {"MHz", kMega}, {"GHz", kGiga}}},
      {Dimension::time,
       "a time",
       {{"ps", 1}, {"ns", kKilo}, {"us", kMega}, {"ms", kGiga}, {"s", kTera}}},
      {Dimension::latency,
       "a latency",
       {{"cycles", kPerClock}, {"ps", 1}, {"ns", kKilo}, {"us", kMega}}},
      {Dimension::bandwidth,
       "a bandwidth",
       {{"B/s", 1},
        {"kB/s", kKilo},
        {"MB/s", kMega},
        {"GB/s", kGiga},
        {"KiB/s", kKibi},
        {"MiB/s", kMebi},
        {"GiB/s", kGibi},
        {"B/cycle", kPerClock}}},
      {Dimension::bytes,
       "a size in bytes",
       {{"B", 1},
        {"kB", kKilo},
        {"MB", kMega},
        {"GB", kGiga},
        {"KiB", kKibi},
        {"MiB", kMebi},
        {"GiB", kGibi}}},
      {Dimension::bits,
       "a size in bits",
       {{"bit", 1},
        {"kbit", kKilo},
        {"Mbit", kMega},
        {"Gbit", kGiga},
        {"Kib", kKibi},
        {"Mib", kMebi},
        {"Gib", kGibi}}},
      {Dimension::energy,
       "an energy",
       {{"fJ", kPeta}, {"pJ", kTera}, {"nJ", kGiga}, {"uJ", kMega}, {"mJ", kKilo}, {"J", 1}}},
      {Dimension::power, "a power", {{"nW", kGiga}, {"uW", kMega}, {"mW", kKilo}, {"W", 1}}},
      {Dimension::area, "an area", {{"um2", kMega}, {"mm2", 1}}},
      {Dimension::ratio, "a ratio", {{"", 1}, {"%", 100}}},
  };
  return kUnits;
}

const Units& units_of(Dimension dimension) {
  return *std::find_if(all_units().begin(), all_units().end(),
                       [&](const Units& u) { return u.dimension == dimension; });
}

struct NumberAndUnit {
  std::string_view number;
  Unit unit;
};

bool is_unit(std::string_view text) {
  return std::any_of(all_units().begin(), all_units().end(), [&](const Units& u) {
    return std::any_of(u.units.begin(), u.units.end(),
                       [&](const Unit& unit) { return unit.symbol == text; });
  });
}

NumberAndUnit split(std::string_view text, Dimension dimension) {
  text = trimmed(text);
  // The number ends where digits, sign, point and a digit-bearing exponent end.
  std::size_t end = std::min(text.find_first_not_of("+-.0123456789"), text.size());
  if (end > 0 && end + 1 < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t digits = text[end + 1] == '-' || text[end + 1] == '+' ? end + 2 : end + 1;
    const std::size_t stop = std::min(text.find_first_not_of("0123456789", digits), text.size());
    if (stop > digits) end = stop;
  }
  const std::string_view number = text.substr(0, end);
  const std::string_view symbol = trimmed(text.substr(end));
  if (number.find_first_of("0123456789") == std::string_view::npos)
    throw QuantityError(fmt::format("'{}' is not a number", text));
  const Units& units = units_of(dimension);
  for (const Unit& unit : units.units) {
    if (unit.symbol == symbol) return {number, unit};
  }
  if (dimension == Dimension::count) {
    throw QuantityError(fmt::format("'{}' must be a plain integer", text));
  }
  const std::string allowed = allowed_units(dimension);
  if (symbol.empty())
    throw QuantityError(fmt::format("'{}' has no unit; allowed: {}", text, allowed));
  throw QuantityError(fmt::format("'{}' is not {}: {} '{}'; allowed: {}", text, units.name,
                                  is_unit(symbol) ? "wrong unit" : "unknown unit", symbol,
                                  allowed));
}

// A decimal as digits x 10^exponent.
struct Decimal {
  __extension__ __int128 digits = 0;
  int exponent = 0;
};

Decimal parse_decimal(std::string_view number) {
  Decimal decimal;
  bool point = false;
  std::size_t i = number.front() == '+' ? 1 : 0;
  int count = 0;
  for (; i < number.size() && number[i] != 'e' && number[i] != 'E'; ++i) {
    if (number[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (number[i] == '-' && i == 0) {
      throw QuantityError(fmt::format("'{}' must not be negative", number));
    }
    if (number[i] < '0' || number[i] > '9') {
      throw QuantityError(fmt::format("'{}' is not a number", number));
    }
    if (++count > 18) {
      throw QuantityError(fmt::format("'{}' is not a number of at most 18 digits", number));
    }
    decimal.digits = decimal.digits * 10 + (number[i] - '0');
    decimal.exponent -= point ? 1 : 0;
  }
  if (count == 0) throw QuantityError(fmt::format("'{}' is not a number", number));
  if (i < number.size()) {
    const std::size_t begin = number[i + 1] == '+' ? i + 2 : i + 1;
    int exponent = 0;
    const auto result =
        std::from_chars(number.data() + begin, number.data() + number.size(), exponent);
    if (result.ec != std::errc{} || std::abs(exponent) > 30) {
      throw QuantityError(fmt::format("'{}': the exponent is out of range", number));
    }
    decimal.exponent += exponent;
  }
  return decimal;
}

const char* whole_base_unit(Dimension dimension) {
  switch (dimension) {
    case Dimension::frequency:
      return "Hz";
    case Dimension::time:
    case Dimension::latency:
      return "ps";
    case Dimension::bandwidth:
      return "B/s";
    case Dimension::bytes:
      return "B";
    case Dimension::bits:
      return "bit";
    case Dimension::count:
    case Dimension::energy:
    case Dimension::power:
    case Dimension::area:
    case Dimension::ratio:
      break;
  }
  return "";
}

std::string not_whole(const Decimal& decimal, std::int64_t scale, std::string_view text,
                      Dimension dimension) {
  const std::string unit = whole_base_unit(dimension);
  if (unit.empty()) return fmt::format("'{}' is not a whole number", text);
  const double value = static_cast<double>(decimal.digits) * static_cast<double>(scale) *
                       std::pow(10.0, decimal.exponent);
  return fmt::format("'{}' is {:.12g} {}, not a whole number of {}; allowed: {:.0f} {}", text,
                     value, unit, unit, std::round(value), unit);
}

std::int64_t scaled(const Decimal& decimal, std::int64_t scale, std::string_view text,
                    Dimension dimension) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 62;
  auto value = decimal.digits * scale;
  for (int e = decimal.exponent; e > 0 && value <= kLimit; --e) value *= 10;
  for (int e = decimal.exponent; e < 0; ++e) {
    if (value % 10 != 0) {
      throw QuantityError(not_whole(decimal, scale, text, dimension));
    }
    value /= 10;
  }
  if (value > kLimit) throw QuantityError(fmt::format("'{}' is too large", text));
  return static_cast<std::int64_t>(value);
}

__extension__ using Wide = __int128;

// Integer clock cycles as whole picoseconds, rounded up.
std::int64_t cycles_in_ps(std::int64_t cycles, std::int64_t clock_hz) {
  if (clock_hz < 1) return 0;  // the clock itself is wrong, and reported where it stands
  return static_cast<std::int64_t>((Wide{cycles} * kTera + clock_hz - 1) / clock_hz);
}

// Bytes a cycle, in parts of 10^-9 of one, as whole bytes a second, rounded down.
std::int64_t bytes_per_second(std::int64_t nanobytes, std::int64_t clock_hz) {
  return static_cast<std::int64_t>(Wide{nanobytes} * clock_hz / kGiga);
}

// Whole cycles, or 10^-9 of bytes per cycle; finer ones are refused.
std::int64_t per_clock_parts(const Decimal& decimal, std::string_view text, Dimension dimension) {
  const bool bandwidth = dimension == Dimension::bandwidth;
  if (bandwidth && decimal.exponent < -9) {
    throw QuantityError(fmt::format("'{}' has more than 9 decimals", text));
  }
  const std::int64_t parts = scaled(decimal, bandwidth ? kGiga : 1, text, Dimension::count);
  // More than any key allows, and far from overflow.
  if (parts > (bandwidth ? kMega * kGiga : kMostCycles)) {
    throw QuantityError(fmt::format("'{}' is too large", text));
  }
  return parts;
}

bool is_real(Dimension dimension) {
  return dimension == Dimension::energy || dimension == Dimension::power ||
         dimension == Dimension::area || dimension == Dimension::ratio;
}

// Of base units; see Unit::scale.
double in_unit(double value, const Unit& unit, Dimension dimension) {
  const auto scale = static_cast<double>(unit.scale);
  return is_real(dimension) ? value * scale : value / scale;
}

std::string with_symbol(double number, std::string_view symbol) {
  return fmt::format("{}{}{}", number, symbol.empty() ? "" : " ", symbol);
}

}  // namespace

std::string_view to_string(Dimension dimension) { return units_of(dimension).name; }

std::vector<std::string_view> unit_symbols(Dimension dimension) {
  std::vector<std::string_view> symbols;
  for (const Unit& unit : units_of(dimension).units) symbols.push_back(unit.symbol);
  return symbols;
}

std::string allowed_units(Dimension dimension) {
  std::string text;
  for (const std::string_view symbol : unit_symbols(dimension)) {
    if (symbol.empty()) continue;
    text += (text.empty() ? "" : ", ") + std::string(symbol);
  }
  return text;
}

std::string quantity_text(double value, Dimension dimension) {
  constexpr double kRounding = 1e-9;  // of a product of doubles that is a whole number
  double number = value;
  std::string_view symbol;
  bool found = false;
  for (const Unit& unit : units_of(dimension).units) {
    if (unit.scale == kPerClock) continue;
    const double here = in_unit(value, unit, dimension);
    const bool whole = here >= 0.5 && std::abs(here - std::round(here)) < kRounding;
    if (whole && (!found || here < number)) {
      found = true;
      number = std::round(here);
      symbol = unit.symbol;
    } else if (!found && unit.scale == 1) {
      symbol = unit.symbol;
    }
  }
  return with_symbol(number, symbol);
}

std::string_view clock_unit(Dimension dimension) {
  return dimension == Dimension::bandwidth ? "B/cycle" : "cycles";
}

double number_of(PerClock number, Dimension dimension) {
  const double scale = dimension == Dimension::bandwidth ? static_cast<double>(kGiga) : 1;
  return static_cast<double>(number.parts) / scale;
}

std::int64_t at_clock(PerClock number, Dimension dimension, std::int64_t clock_hz) {
  return dimension == Dimension::bandwidth ? bytes_per_second(number.parts, clock_hz)
                                           : cycles_in_ps(number.parts, clock_hz);
}

std::variant<std::int64_t, PerClock> parse_whole(std::string_view text, Dimension dimension) {
  const NumberAndUnit parts = split(text, dimension);
  const Decimal decimal = parse_decimal(parts.number);
  if (parts.unit.scale != kPerClock) return scaled(decimal, parts.unit.scale, text, dimension);
  return PerClock{per_clock_parts(decimal, text, dimension)};
}

std::int64_t parse_integer(std::string_view text, Dimension dimension, std::int64_t clock_hz) {
  const auto whole = parse_whole(text, dimension);
  if (const auto* per_clock = std::get_if<PerClock>(&whole)) {
    return at_clock(*per_clock, dimension, clock_hz);
  }
  return std::get<std::int64_t>(whole);
}

double parse_real(std::string_view text, Dimension dimension) {
  const NumberAndUnit parts = split(text, dimension);
  parse_decimal(parts.number);  // the same strictness as for integers
  const std::size_t sign = parts.number.front() == '+' ? 1 : 0;
  double value = 0;
  std::from_chars(parts.number.data() + sign, parts.number.data() + parts.number.size(), value);
  return value / static_cast<double>(parts.unit.scale);
}

}  // namespace h4h::platforms
