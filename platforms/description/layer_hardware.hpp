#pragma once

#include <string>

#include "platforms/description/device.hpp"

namespace h4h::platforms {

// The part of a hardware that decides what a layer takes, in the units of Hardware; all else has
// its default. `devices`: that matter to the layer. The same as
// hardware_of(layer_text(hardware, devices)), without the text.
Hardware layer_hardware(const Hardware& hardware, DeviceSet devices);

// The same part as text, one "key=value" a line: equal texts give equal results of layers with
// equal splits whose tensors lie alike. Names of listed devices are part of it.
std::string layer_text(const Hardware& hardware, DeviceSet devices);
// Reads such a text from another process; what it leaves out is zero. Throws std::invalid_argument.
Hardware hardware_of(const std::string& layer_text);

// Its line of the listed devices: "devices=sram_macros:cim\n"; "" where there are none.
std::string devices_text(const Hardware& hardware);

}  // namespace h4h::platforms
