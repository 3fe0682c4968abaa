#include "platforms/description/device.hpp"

#include <cstdlib>
#include <type_traits>

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
  return {hardware.npu, hardware.cim};
}

}  // namespace h4h::platforms
