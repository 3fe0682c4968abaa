#include "platforms/description/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "platforms/description/key_tables.hpp"

namespace h4h::platforms {
namespace {

// The order in which groups of keys are shown: what stands before the first dot of their paths.
constexpr std::array<std::string_view, 10> kGroups{
    "npu", "cim", "noc", "sram", "weights", "backing", "energy", "area", "leakage", "sleep"};

auto place_of_group(const Key& key) {
  const std::string_view group = key.path.substr(0, key.path.find('.'));
  return std::find(kGroups.begin(), kGroups.end(), group) - kGroups.begin();
}

std::vector<Key> make_keys() {
  std::vector<Key> all;
  const auto add = [&](std::vector<Key> table, std::optional<DeviceType> device) {
    for (Key& key : table) {
      key.device = device;
      all.push_back(std::move(key));
    }
  };
  add(npu_keys(), DeviceType::npu);
  add(chip_keys(), std::nullopt);
  add(cim_keys(), DeviceType::cim);
  std::stable_sort(all.begin(), all.end(), [](const Key& a, const Key& b) {
    return place_of_group(a) < place_of_group(b);
  });
  return all;
}

std::string bounds_text(const Key& key, double low, double high) {
  return fmt::format("{} .. {}", quantity_text(low, key.dimension),
                     quantity_text(high, key.dimension));
}

}  // namespace

std::string_view base_unit(Dimension dimension) {
  switch (dimension) {
    case Dimension::count:
      return "";
    case Dimension::frequency:
      return " Hz";
    case Dimension::time:
      return " ps";
    case Dimension::latency:
      return " ps";
    case Dimension::bandwidth:
      return " B/s";
    case Dimension::bytes:
      return " B";
    case Dimension::bits:
      return " bit";
    case Dimension::energy:
      return " J";
    case Dimension::power:
      return " W";
    case Dimension::area:
      return " mm2";
    case Dimension::ratio:
      return "";
  }
  return "";
}

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = make_keys();
  return kKeys;
}

std::vector<const Key*> keys_of(DeviceType type) {
  std::vector<const Key*> found;
  for (const Key& key : keys()) {
    if (key.device == type) found.push_back(&key);
  }
  return found;
}

std::string allowed_values(const Key& key) {
  if (const auto* integer = std::get_if<IntegerField>(&key.field)) {
    if (!integer->only.empty()) return fmt::format("{}", fmt::join(integer->only, ", "));
    return bounds_text(key, static_cast<double>(integer->low), static_cast<double>(integer->high));
  }
  if (const auto* real = std::get_if<RealField>(&key.field)) {
    return bounds_text(key, real->low, real->high);
  }
  if (const auto* optional = std::get_if<OptionalField>(&key.field)) {
    return bounds_text(key, optional->low, optional->high) + " or unknown";
  }
  if (std::holds_alternative<TableField>(key.field)) return "none, or a CSV file";
  return fmt::format("{}", fmt::join(std::get<ChoiceField>(key.field).names, ", "));
}

const Key* find_key(std::string_view path) {
  const auto found =
      std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.path == path; });
  return found == keys().end() ? nullptr : &*found;
}

}  // namespace h4h::platforms
