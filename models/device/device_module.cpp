#include "models/device/device_module.hpp"

#include "models/cim/cim_module.hpp"
#include "models/npu/npu_module.hpp"

namespace h4h::models {
namespace {

struct Make {
  const char* name;
  DeviceId id;

  std::unique_ptr<DeviceModule> operator()(const platforms::Npu& npu) const {
    return std::make_unique<NpuModule>(name, id, npu);
  }
  std::unique_ptr<DeviceModule> operator()(const platforms::Cim& cim) const {
    return std::make_unique<CimModule>(name, id, cim);
  }
};

}  // namespace

std::unique_ptr<DeviceModule> make_module(const Device& device, DeviceId id) {
  return std::visit(Make{device.name().c_str(), id}, device.description());
}

}  // namespace h4h::models
