#pragma once

#include <string>

#include "platforms/description/device.hpp"

namespace h4h::platforms {

// The part of a hardware that decides what a layer takes, in the units of Hardware; all else has
// its default. `types`: of the devices that matter to the layer. The same as
// hardware_of(layer_text(hardware, types)), without the text.
Hardware layer_hardware(const Hardware& hardware, DeviceTypes types);

// The same part as text, one "key=value" a line: equal texts give equal results of layers with
// equal splits whose tensors lie alike.
std::string layer_text(const Hardware& hardware, DeviceTypes types);
// Reads such a text from another process; what it leaves out is zero. Throws std::invalid_argument.
Hardware hardware_of(const std::string& layer_text);

}  // namespace h4h::platforms
