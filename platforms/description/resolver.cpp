#include "platforms/description/resolver.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <set>

#include "base/text/printable.hpp"

namespace h4h::platforms {
namespace {

bool is_design_choice(const Key& key) {
  static const std::set<std::string_view> kChosen{".macs_per_cycle", ".macros", ".compute_units"};
  if (key.path == "sram.size") return true;
  return key.device && kChosen.count(std::string_view(key.path).substr(key.path.find('.'))) > 0;
}

void check_may_have_range(const Key& key) {
  if (std::holds_alternative<ChoiceField>(key.field) ||
      std::holds_alternative<TableField>(key.field) || is_design_choice(key)) {
    throw QuantityError("a range is for uncertain parameters, not for design choices");
  }
}

// A value that follows the NPU's clock and a range that does not, or the other way round, would
// part as soon as the clock is another.
void check_same_clock(const Setting& setting) {
  const auto per_clock = [](const Value& value) { return std::holds_alternative<PerClock>(value); };
  const bool value = per_clock(setting.parsed);
  if (per_clock(setting.parsed_low) == value && per_clock(setting.parsed_high) == value) return;
  throw QuantityError(fmt::format(
      "value {} and range [{}, {}] must be all in cycles of the NPU clock, or none of them",
      setting.value, *setting.range_low, *setting.range_high));
}

// The value must lie inside its own range.
void check_range(const Key& key, const Setting& setting, std::int64_t clock_hz) {
  check_same_clock(setting);
  check(key, setting.parsed_low, clock_hz, *setting.range_low);
  check(key, setting.parsed_high, clock_hz, *setting.range_high);
  const double value = number_of(key, setting.parsed, clock_hz);
  if (number_of(key, setting.parsed_low, clock_hz) > value ||
      value > number_of(key, setting.parsed_high, clock_hz)) {
    throw QuantityError(fmt::format("value {} is not inside its range [{}, {}]", setting.value,
                                    *setting.range_low, *setting.range_high));
  }
}

// The text to parse: a table's path is relative to the file that names it.
std::string text_of(const Key& key, const Setting& setting) {
  const bool path = std::holds_alternative<TableField>(key.field) && setting.value != "none";
  if (!path) return setting.value;
  return (std::filesystem::path(setting.origin.file).parent_path() / setting.value).string();
}

}  // namespace

std::string problem_text(const Origin& origin, const std::string& what) {
  return printable(origin.line > 0 ? fmt::format("{}:{}: {}", origin.file, origin.line, what)
                                   : fmt::format("{}: {}", origin.file, what));
}

Setting setting_of(const Override& change) {
  Setting setting;
  setting.key = change.key;
  const std::string text = to_string(change);
  setting.value = text.substr(change.key.size() + 1);
  setting.source = change.line > 0 ? "file of variants" : "command line";
  setting.origin = change.line > 0
                       ? Origin{change.option, change.line}
                       : Origin{change.option.empty() ? text : change.option + " " + text, 0};
  setting.parsed = change.value;
  return setting;
}

template <typename Step>
void Resolver::attributed(const Key& key, const Origin& origin, Step step) {
  const auto problem = [&](const std::string& what) {
    return problem_text(origin, fmt::format("{}: {}", key.path, what));
  };
  try {
    step();
  } catch (const MeasuredTableError& error) {
    for (const std::string& what : error.problems()) problems_.push_back(problem(what));
  } catch (const QuantityError& error) {
    if (origin.line == 0) throw OverrideError(problem(error.what()));
    problems_.push_back(problem(error.what()));
  }
}

void Resolver::parse(const Key& key, Setting setting) {
  attributed(key, setting.origin, [&] {
    setting.parsed = parse_value(key, text_of(key, setting));
    assign(platform_, key, setting.parsed, setting.value);
    if (setting.range_low) {
      check_may_have_range(key);
      setting.parsed_low = parse_value(key, *setting.range_low);
      setting.parsed_high = parse_value(key, *setting.range_high);
      check_range(key, setting, platform_.hardware.npu.clock_hz);
    }
    platform_.settings.push_back(std::move(setting));
  });
}

void Resolver::take(const Key& key, Setting setting) {
  attributed(key, setting.origin, [&] {
    assign(platform_, key, setting.parsed, setting.value);
    if (setting.range_low) check_range(key, setting, platform_.hardware.npu.clock_hz);
    platform_.settings.push_back(std::move(setting));
  });
}

// The weight memory is behind the NoC or behind a port of its own: for all NPUs.
void Resolver::check_weight_ports() {
  const WeightsPort port = platform_.hardware.npu.weights_port;
  for (const NamedDevice& device : platform_.hardware.more) {
    const auto* const npu = std::get_if<Npu>(&device.description);
    if (npu == nullptr || npu->weights_port == port) continue;
    const std::string path = device.name + ".weights.port";
    for (const Setting& setting : platform_.settings) {
      if (setting.key != path) continue;
      attributed(*keys_.find(path), setting.origin, [&] {
        throw QuantityError(fmt::format("'{}' is not allowed; allowed: {}, as npu.weights.port",
                                        to_string(npu->weights_port), to_string(port)));
      });
    }
  }
}

Platform Resolver::finish(std::vector<std::string> before) {
  if (problems_.empty()) check_weight_ports();
  before.insert(before.end(), problems_.begin(), problems_.end());
  if (before.size() > kShownProblems) {
    const std::size_t more = before.size() - kShownProblems;
    before.resize(kShownProblems);
    before.push_back(fmt::format("and {} more problems", more));
  }
  if (!before.empty()) throw PlatformError(fmt::format("{}", fmt::join(before, "\n")));
  return std::move(platform_);
}

}  // namespace h4h::platforms
