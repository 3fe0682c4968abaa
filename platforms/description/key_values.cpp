#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "platforms/description/keys.hpp"

namespace h4h::platforms {
namespace {

// The whole number in the base unit; nullopt for one that follows a clock that is not there: then
// the clock is wrong, and reported where it stands.
std::optional<std::int64_t> whole_at(const Key& key, const Value& value, std::int64_t clock_hz) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  if (clock_hz < 1) return std::nullopt;
  return at_clock(std::get<PerClock>(value), key.dimension, clock_hz);
}

[[noreturn]] void refuse(std::string_view text, const char* why, const std::string& allowed) {
  throw QuantityError(fmt::format("'{}' is {}; allowed: {}", text, why, allowed));
}

[[noreturn]] void refuse(const Key& key, std::string_view text, const char* why) {
  refuse(text, why, allowed_values(key));
}

bool is_one_of(const std::vector<std::int64_t>& values, std::int64_t value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::size_t place_of(const ChoiceField& field, const Choice& choice) {
  const auto found = std::find(field.names.begin(), field.names.end(), choice.word);
  return static_cast<std::size_t>(found - field.names.begin());
}

struct Parse {
  const Key& key;
  std::string_view text;

  Value operator()(const IntegerField& /*field*/) const {
    const auto whole = parse_whole(text, key.dimension);
    if (const auto* per_clock = std::get_if<PerClock>(&whole)) return *per_clock;
    return std::get<std::int64_t>(whole);
  }
  Value operator()(const RealField& /*field*/) const { return parse_real(text, key.dimension); }
  Value operator()(const OptionalField& /*field*/) const {
    if (text == "unknown") return Unknown{};
    return parse_real(text, key.dimension);
  }
  Value operator()(const ChoiceField& field) const {
    Choice choice{std::string(text)};
    if (place_of(field, choice) == field.names.size()) refuse(key, text, "not allowed");
    return choice;
  }
  Value operator()(const TableField& field) const {
    if (text == "none") return MeasuredRows{};
    return std::make_shared<const std::vector<MeasuredRow>>(read_measured_rows(text, field.unit));
  }
};

struct Check {
  const Key& key;
  const Value& value;
  std::int64_t clock_hz;
  std::string_view text;

  void operator()(const IntegerField& field) const {
    expect(std::holds_alternative<std::int64_t>(value) || std::holds_alternative<PerClock>(value));
    const std::optional<std::int64_t> whole = whole_at(key, value, clock_hz);
    if (!whole) return;
    if (*whole < field.low || *whole > field.high) refuse(key, text, "out of bounds");
    if (!field.only.empty() && !is_one_of(field.only, *whole)) refuse(key, text, "not allowed");
  }
  void operator()(const RealField& field) const { real(field.low, field.high); }
  void operator()(const OptionalField& field) const {
    if (!std::holds_alternative<Unknown>(value)) real(field.low, field.high);
  }
  void operator()(const ChoiceField& field) const {
    const auto* choice = std::get_if<Choice>(&value);
    expect(choice != nullptr && place_of(field, *choice) < field.names.size());
  }
  void operator()(const TableField& /*field*/) const {
    expect(std::holds_alternative<MeasuredRows>(value));
  }

 private:
  void expect(bool fits) const {
    if (!fits) refuse(key, text, "not allowed");
  }
  void real(double low, double high) const {
    const auto* number = std::get_if<double>(&value);
    expect(number != nullptr);
    if (!(*number >= low && *number <= high)) refuse(key, text, "out of bounds");
  }
};

struct Assign {
  Platform& platform;
  const Key& key;
  const Value& value;

  void operator()(const IntegerField& field) const {
    if (const auto whole = whole_at(key, value, clock_hz())) field.of(platform) = *whole;
  }
  void operator()(const RealField& field) const { field.of(platform) = std::get<double>(value); }
  void operator()(const OptionalField& field) const {
    const auto* number = std::get_if<double>(&value);
    field.of(platform) = number != nullptr ? std::optional(*number) : std::nullopt;
  }
  void operator()(const ChoiceField& field) const {
    field.set(platform, place_of(field, std::get<Choice>(value)));
  }
  void operator()(const TableField& field) const {
    const auto& rows = std::get<MeasuredRows>(value);
    field.of(platform) = rows ? measured_at(*rows, clock_hz()) : MeasuredTable{};
  }

 private:
  std::int64_t clock_hz() const { return platform.hardware.npu.clock_hz; }
};

struct Copy {
  Platform& to;
  const Platform& from;

  template <typename Field>
  void operator()(const Field& field) const {
    field.of(to) = field.of(from);
  }
  void operator()(const ChoiceField& field) const { field.set(to, field.get(from)); }
};

// Which values a key may take can follow from keys before it: the size of the NPU from its type.
void check_with_others(const Platform& platform, const Key& key, const Value& value,
                       std::string_view text) {
  const auto* integer = std::get_if<IntegerField>(&key.field);
  const auto* whole = std::get_if<std::int64_t>(&value);
  if (integer == nullptr || whole == nullptr || !integer->only_with) return;
  const std::vector<std::int64_t>& values = integer->only_with(platform);
  if (is_one_of(values, *whole)) return;
  // "with npu.type ethos-u65"
  const std::string path = key.path.substr(0, key.path.find('.')) + ".type";
  const KeyList keys(platform);
  const Key* const other = keys.find(path);
  const std::string type = is_one_of(integer->only, *whole) && other != nullptr
                               ? fmt::format(" with {} {}", path, value_text(platform, *other))
                               : "";
  refuse(text, "not allowed", fmt::format("{}{}", fmt::join(values, ", "), type));
}

// A value as parse_value() takes it.
struct ValueText {
  const Key& key;

  std::string operator()(std::int64_t whole) const {
    return fmt::format("{}{}", whole, base_unit(key.dimension));
  }
  std::string operator()(double real) const {
    return fmt::format("{:.12g}{}", real, base_unit(key.dimension));
  }
  std::string operator()(PerClock number) const {
    const double in_unit = platforms::number_of(number, key.dimension);
    return fmt::format("{:.{}f} {}", in_unit, key.dimension == Dimension::bandwidth ? 9 : 0,
                       clock_unit(key.dimension));
  }
  std::string operator()(const Choice& choice) const { return choice.word; }
  std::string operator()(Unknown /*area*/) const { return "unknown"; }
  std::string operator()(const MeasuredRows& rows) const {
    return rows ? fmt::format("{} rows", rows->size()) : "none";
  }
};

// A key's value of a platform, in base units.
struct Canonical {
  const Platform& platform;
  const Key& key;

  std::string operator()(const IntegerField& field) const { return with_unit(field.of(platform)); }
  std::string operator()(const RealField& field) const { return with_unit(field.of(platform)); }
  std::string operator()(const OptionalField& field) const {
    const std::optional<double>& value = field.of(platform);
    return value ? with_unit(*value) : "unknown";
  }
  std::string operator()(const ChoiceField& field) const {
    return std::string(field.names.at(field.get(platform)));
  }
  std::string operator()(const TableField& field) const { return table_text(field.of(platform)); }

 private:
  template <typename Number>
  std::string with_unit(Number number) const {
    return fmt::format("{}{}", number, base_unit(key.dimension));
  }
};

}  // namespace

Value parse_value(const Key& key, std::string_view text) {
  return std::visit(Parse{key, text}, key.field);
}

std::string value_text(const Key& key, const Value& value) {
  return std::visit(ValueText{key}, value);
}

double number_of(const Key& key, const Value& value, std::int64_t clock_hz) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  const bool whole =
      std::holds_alternative<std::int64_t>(value) || std::holds_alternative<PerClock>(value);
  return whole ? static_cast<double>(whole_at(key, value, clock_hz).value_or(0)) : 0;
}

void check(const Key& key, const Value& value, std::int64_t clock_hz, std::string_view text) {
  std::visit(Check{key, value, clock_hz, text}, key.field);
}

void assign(Platform& platform, const Key& key, const Value& value) {
  assign(platform, key, value, value_text(key, value));
}

void assign(Platform& platform, const Key& key, const Value& value, std::string_view text) {
  check_with_others(platform, key, value, text);
  check(key, value, platform.hardware.npu.clock_hz, text);
  std::visit(Assign{platform, key, value}, key.field);
  // What a powered macro leaks depends on the size of its buffer.
  platform.coefficients.leakage.cim_operand_bytes = platform.hardware.cim.operand_buffer_bytes;
  for (std::size_t i = 0; i < platform.hardware.more.size(); ++i) {
    const auto* const cim = std::get_if<Cim>(&platform.hardware.more[i].description);
    if (cim == nullptr) continue;
    platform.coefficients.more.at(i).leakage.cim_operand_bytes = cim->operand_buffer_bytes;
  }
}

bool affects_layers(const Key& key, DeviceSet devices) {
  return key.affects == Affects::layers && (!key.device || devices.has(*key.device));
}

void copy_value(Platform& to, const Platform& from, const Key& key) {
  std::visit(Copy{to, from}, key.field);
}

std::string value_text(const Platform& platform, const Key& key) {
  return std::visit(Canonical{platform, key}, key.field);
}

}  // namespace h4h::platforms
