#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/device/device.hpp"

namespace h4h::models {

// The devices of a chip, by DeviceId.
using Devices = std::vector<std::shared_ptr<const Device>>;

// A device on the NoC and the memories of `chip`, whose own devices do not matter.
std::shared_ptr<const Device> make_device(std::string name,
                                          const platforms::DeviceDescription& description,
                                          const platforms::Hardware& chip);

// The devices that a platform describes.
Devices make_devices(const platforms::Hardware& hardware);

std::vector<std::string> names_of(const Devices& devices);

// Those with macros, in the order of the list.
std::vector<platforms::DeviceId> devices_of_macros(const Devices& devices);

// Whether weights of some device may come during the layer before.
bool copy_weights_ahead(const Devices& devices);

}  // namespace h4h::models
