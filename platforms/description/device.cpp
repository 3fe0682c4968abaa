#include "platforms/description/device.hpp"

#include <algorithm>
#include <cstdlib>
#include <type_traits>

#include "base/enum_values.hpp"

namespace h4h::platforms {
namespace {

template <DeviceType Type, typename Description>
constexpr bool kDescribes =
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Type), DeviceDescription>,
                   Description>;
static_assert(kDescribes<DeviceType::npu, Npu> && kDescribes<DeviceType::cim, Cim>);

}  // namespace

std::string_view to_string(DeviceType type) {
  switch (type) {
    case DeviceType::npu:
      return "npu";
    case DeviceType::cim:
      return "cim";
  }
  std::abort();
}

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
  std::vector<std::string_view> words{to_string(DeviceType::cim)};
  for (const NpuType type : kEnumValues<NpuType>) words.push_back(to_string(type));
  return words;
}

std::optional<DeviceType> type_named(std::string_view word) {
  const std::vector<std::string_view> words = type_words();
  if (std::find(words.begin(), words.end(), word) == words.end()) return std::nullopt;
  return word == to_string(DeviceType::cim) ? DeviceType::cim : DeviceType::npu;
}

DeviceDescription description_of(DeviceType type) {
  if (type == DeviceType::npu) return Npu{};
  return Cim{};
}

}  // namespace h4h::platforms
