#include "models/device/devices.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>
#include <variant>

#include "models/device/device_classes.hpp"
#include "models/device/device_lanes.hpp"

namespace h4h::models {
namespace {

template <std::size_t... index>
std::array<const DeviceLanes*, sizeof...(index)> all_lanes(std::index_sequence<index...> /*all*/) {
  return {
      &DeviceOf<std::variant_alternative_t<index, platforms::DeviceDescription>>::Type::lanes()...};
}

}  // namespace

std::shared_ptr<const Device> make_device(std::string name,
                                          const platforms::DeviceDescription& description,
                                          const platforms::Hardware& chip) {
  return std::visit(
      [&](const auto& values) -> std::shared_ptr<const Device> {
        using Type = typename DeviceOf<std::decay_t<decltype(values)>>::Type;
        return std::make_shared<Type>(std::move(name), values, chip);
      },
      description);
}

const DeviceLanes& lanes_of(platforms::DeviceType type) {
  using Types = std::make_index_sequence<std::variant_size_v<platforms::DeviceDescription>>;
  return *all_lanes(Types{}).at(static_cast<std::size_t>(type));
}

Devices make_devices(const platforms::Hardware& hardware) {
  Devices devices;
  const std::vector<std::string> names = platforms::device_names(hardware);
  const std::vector<platforms::DeviceDescription> all = platforms::devices_of(hardware);
  for (platforms::DeviceId id = 0; id < all.size(); ++id) {
    devices.push_back(make_device(names[id], all[id], hardware));
  }
  return devices;
}

std::vector<std::string> names_of(const Devices& devices) {
  std::vector<std::string> names;
  for (const auto& device : devices) names.push_back(device->name());
  return names;
}

std::vector<platforms::DeviceId> devices_of_macros(const Devices& devices) {
  std::vector<platforms::DeviceId> found;
  for (platforms::DeviceId id = 0; id < devices.size(); ++id) {
    if (devices[id]->macro_group()) found.push_back(id);
  }
  return found;
}

bool copy_weights_ahead(const Devices& devices) {
  return std::any_of(devices.begin(), devices.end(),
                     [](const auto& device) { return device->has_weight_port(); });
}

}  // namespace h4h::models
