#include "models/device/devices.hpp"

#include <algorithm>

#include "models/cim/cim_device.hpp"
#include "models/npu/npu_device.hpp"

namespace h4h::models {
namespace {

struct Make {
  std::string name;
  const platforms::Hardware& chip;

  std::shared_ptr<const Device> operator()(const platforms::Npu& npu) const {
    return std::make_shared<NpuDevice>(name, npu, chip);
  }
  std::shared_ptr<const Device> operator()(const platforms::Cim& cim) const {
    return std::make_shared<CimDevice>(name, cim, chip);
  }
};

}  // namespace

std::shared_ptr<const Device> make_device(std::string name,
                                          const platforms::DeviceDescription& description,
                                          const platforms::Hardware& chip) {
  return std::visit(Make{std::move(name), chip}, description);
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
