#include "platforms/description/layer_hardware.hpp"

#include "platforms/description/keys.hpp"

namespace h4h::platforms {

Hardware layer_hardware(const Hardware& hardware, bool with_macros) {
  Platform from, to;
  from.hardware = hardware;
  for (const Key& key : keys()) {
    if (decides_layers(key, with_macros)) copy_value(to, from, key);
  }
  return to.hardware;
}

}  // namespace h4h::platforms
