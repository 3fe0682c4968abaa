#include "platforms/description/device.hpp"

#include <array>
#include <cstdlib>
#include <type_traits>

namespace h4h::platforms {
namespace {

template <DeviceType Type, typename Description>
constexpr bool kDescribes =
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Type), DeviceDescription>,
                   Description>;
static_assert(kDescribes<DeviceType::npu, Npu> && kDescribes<DeviceType::cim, Cim>);

// Paths that begin so describe devices of a type, and their energy, area and leakage.
struct KeysOfType {
  std::string_view beginning;
  DeviceType type;
};
constexpr std::array<KeysOfType, 8> kKeysOfTypes{{{"npu.", DeviceType::npu},
                                                  {"energy.npu_", DeviceType::npu},
                                                  {"area.npu", DeviceType::npu},
                                                  {"cim.", DeviceType::cim},
                                                  {"energy.cim_", DeviceType::cim},
                                                  {"area.cim_", DeviceType::cim},
                                                  {"leakage.macro", DeviceType::cim},
                                                  {"leakage.cim_", DeviceType::cim}}};

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

std::optional<DeviceType> type_of_key(std::string_view path) {
  for (const auto& [beginning, type] : kKeysOfTypes) {
    if (path.substr(0, beginning.size()) == beginning) return type;
  }
  return std::nullopt;
}

std::vector<DeviceDescription> devices_of(const Hardware& hardware) {
  return {hardware.npu, hardware.cim};
}

}  // namespace h4h::platforms
