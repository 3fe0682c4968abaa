#pragma once

#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// The part of a hardware that decides what a layer takes, in the units of Hardware; all else has
// its default. `with_macros`: the layer has a share of macros. The same as
// hardware_of(layer_text(hardware, with_macros)), without the text.
Hardware layer_hardware(const Hardware& hardware, bool with_macros);

}  // namespace h4h::platforms
