#include "platforms/description/device.hpp"

#include <algorithm>
#include <utility>

#include "base/enum_values.hpp"
#include "platforms/description/type_entries.hpp"

namespace h4h::platforms {
namespace {

static_assert(kEnumCount<DeviceType> == std::variant_size_v<DeviceDescription>);

const TypeEntry& entry_of(DeviceType type) {
  return type_entries().at(static_cast<std::size_t>(type));
}

template <std::size_t... index>
DeviceDescription empty_alternative(std::size_t wanted, std::index_sequence<index...> /*all*/) {
  DeviceDescription description;
  ((index == wanted ? static_cast<void>(description.emplace<index>()) : void()), ...);
  return description;
}

}  // namespace

std::string_view to_string(DeviceType type) { return entry_of(type).name; }

DeviceType type_of(const DeviceDescription& device) {
  return static_cast<DeviceType>(device.index());
}

bool has_measured(const DeviceDescription& device) {
  return std::visit([](const auto& described) { return !described.measured.empty(); }, device);
}

std::vector<DeviceDescription> devices_of(const Hardware& hardware) {
  std::vector<DeviceDescription> devices{hardware.npu, hardware.cim};
  for (const NamedDevice& device : hardware.more) devices.push_back(device.description);
  return devices;
}

std::vector<std::string> device_names(const Hardware& hardware) {
  std::vector<std::string> names{std::string(to_string(DeviceType::npu)),
                                 std::string(to_string(DeviceType::cim))};
  for (const NamedDevice& device : hardware.more) names.push_back(device.name);
  return names;
}

std::vector<std::string_view> type_words() {
  std::vector<std::string_view> words;
  for (const TypeEntry& entry : type_entries()) {
    words.insert(words.end(), entry.words.begin(), entry.words.end());
  }
  std::sort(words.begin(), words.end());
  return words;
}

std::optional<DeviceType> type_named(std::string_view word) {
  for (const DeviceType type : kEnumValues<DeviceType>) {
    const std::vector<std::string_view>& words = entry_of(type).words;
    if (std::find(words.begin(), words.end(), word) != words.end()) return type;
  }
  return std::nullopt;
}

DeviceDescription description_of(DeviceType type) {
  return empty_alternative(static_cast<std::size_t>(type),
                           std::make_index_sequence<std::variant_size_v<DeviceDescription>>{});
}

}  // namespace h4h::platforms
