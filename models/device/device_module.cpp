#include "models/device/device_module.hpp"

#include "models/device/module_classes.hpp"

namespace h4h::models {

std::unique_ptr<DeviceModule> make_module(const Device& device, DeviceId id) {
  return std::visit(
      [&](const auto& values) -> std::unique_ptr<DeviceModule> {
        using Module = typename ModuleOf<std::decay_t<decltype(values)>>::Type;
        return std::make_unique<Module>(device.name().c_str(), id, values);
      },
      device.description());
}

}  // namespace h4h::models
