#include "platforms/description/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/enum_values.hpp"
#include "platforms/description/key_tables.hpp"
#include "platforms/description/type_entries.hpp"

namespace h4h::platforms {
namespace {

// The order in which groups of keys are shown: what stands before the first dot of their paths.
constexpr std::array<std::string_view, 10> kGroups{
    "npu", "cim", "noc", "sram", "weights", "backing", "energy", "area", "leakage", "sleep"};

auto place_of_group(const Key& key) {
  const std::string_view group = std::string_view(key.path).substr(0, key.path.find('.'));
  return std::find(kGroups.begin(), kGroups.end(), group) - kGroups.begin();
}

std::vector<Key> make_keys() {
  std::vector<Key> all;
  const auto add = [&](std::vector<Key> table, std::optional<DeviceId> device) {
    for (Key& key : table) {
      key.device = device;
      all.push_back(std::move(key));
    }
  };
  add(npu_keys(kNpu), kNpu);
  add(chip_keys(), std::nullopt);
  add(cim_keys(kCim), kCim);
  std::stable_sort(all.begin(), all.end(), [](const Key& a, const Key& b) {
    return place_of_group(a) < place_of_group(b);
  });
  return all;
}

// "step" of "cim.step", "energy.mac" of "energy.cim_mac", "leakage.macro" of itself, "area" of
// "area.npu".
std::string path_in_device(DeviceType type, const std::string& path) {
  const std::string own(to_string(type));
  const std::size_t dot = path.find('.');
  const std::string group = path.substr(0, dot), rest = path.substr(dot + 1);
  if (group == own) return rest;
  if (rest == own) return group;
  const bool prefixed = rest.rfind(own + "_", 0) == 0;
  return group + "." + (prefixed ? rest.substr(own.size() + 1) : rest);
}

std::vector<Key> keys_in_table(DeviceType type, DeviceId id) {
  return type_entries().at(static_cast<std::size_t>(type)).keys(id);
}

std::vector<Key> keys_of_listed(const ListedDevice& device, DeviceId id) {
  std::vector<Key> all = keys_in_table(device.type, id);
  for (Key& key : all) {
    key.device = id;
    key.path = device.name + "." + path_in_device(device.type, key.path);
  }
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

namespace {

// The tables of types of which no platform has a device but in its list.
const std::vector<std::vector<Key>>& tables_of_listed_types() {
  static const std::vector<std::vector<Key>> kTables = [] {
    std::vector<std::vector<Key>> tables;
    for (const DeviceType type : kEnumValues<DeviceType>) {
      if (static_cast<DeviceId>(type) < kFirstOfList) continue;
      tables.push_back(keys_in_table(type, kFirstOfList));
      for (Key& key : tables.back()) key.device = kFirstOfList;
    }
    return tables;
  }();
  return kTables;
}

}  // namespace

std::vector<const Key*> keys_of(DeviceType type) {
  const auto id = static_cast<DeviceId>(type);  // of the first of its type, where every chip has it
  const bool first = id < kFirstOfList;
  std::vector<const Key*> found;
  for (const Key& key : first ? keys() : tables_of_listed_types().at(id - kFirstOfList)) {
    if (!first || key.device == id) found.push_back(&key);
  }
  return found;
}

std::vector<ListedDevice> one_of_each_type(const std::string& name) {
  std::vector<ListedDevice> devices;
  for (const DeviceType type : kEnumValues<DeviceType>) devices.push_back({name, type});
  return devices;
}

KeyList::KeyList(const std::vector<ListedDevice>& devices) {
  for (const ListedDevice& device : devices) {
    const DeviceId id = kFirstOfList + static_cast<DeviceId>(&device - devices.data());
    for (Key& key : keys_of_listed(device, id)) listed_.push_back(std::move(key));
  }
}

namespace {

std::vector<ListedDevice> listed_devices(const std::vector<NamedDevice>& devices) {
  std::vector<ListedDevice> listed;
  for (const NamedDevice& device : devices) {
    listed.push_back({device.name, type_of(device.description)});
  }
  return listed;
}

}  // namespace

KeyList::KeyList(const Hardware& hardware) : KeyList(listed_devices(hardware.more)) {}

const Key* KeyList::find(std::string_view path) const {
  const auto found = std::find_if(listed_.begin(), listed_.end(),
                                  [&](const Key& key) { return key.path == path; });
  return found == listed_.end() ? find_key(path) : &*found;
}

namespace {

// "step", "energy.mac"
std::string in_device(const Key& key) {
  if (key.device >= kFirstOfList) return key.path.substr(key.path.find('.') + 1);
  return path_in_device(*key.device == kNpu ? DeviceType::npu : DeviceType::cim, key.path);
}

}  // namespace

const Key* KeyList::same_of(const Key& key, DeviceId other) const {
  if (!key.device) return nullptr;
  const std::string wanted = in_device(key);
  for (const Key& each : *this) {
    if (each.device == other && in_device(each) == wanted) return &each;
  }
  return nullptr;
}

Platform empty_platform(const std::vector<NamedDevice>& devices) {
  Platform platform;
  for (const NamedDevice& device : devices) {
    platform.hardware.more.push_back({device.name, description_of(type_of(device.description))});
  }
  platform.coefficients.more.resize(devices.size());
  return platform;
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

const Key* find_value_key(std::string_view path) {
  if (const Key* const key = find_key(path)) return key;
  static const KeyList kOfEachType(one_of_each_type("device"));
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos || dot == 0) return nullptr;
  const bool own_group =
      std::find(kGroups.begin(), kGroups.end(), path.substr(0, dot)) != kGroups.end();
  if (own_group) return nullptr;
  for (std::size_t i = keys().size(); i < kOfEachType.size(); ++i) {
    const std::string_view known = kOfEachType[i].path;
    if (known.substr(known.find('.')) == path.substr(dot)) return &kOfEachType[i];
  }
  return nullptr;
}

}  // namespace h4h::platforms
