#include "platforms/description/layer_hardware.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

#include "base/text/take_line.hpp"
#include "platforms/description/keys.hpp"

namespace h4h::platforms {

Hardware layer_hardware(const Hardware& hardware, DeviceTypes types) {
  Platform from, to;
  from.hardware = hardware;
  for (const Key& key : keys()) {
    if (affects_layers(key, types)) copy_value(to, from, key);
  }
  return to.hardware;
}

std::string layer_text(const Hardware& hardware, DeviceTypes types) {
  Platform platform;
  platform.hardware = hardware;
  std::string text;
  for (const Key& key : keys()) {
    if (!affects_layers(key, types)) continue;
    text += fmt::format("{}={}\n", key.path, value_text(platform, key));
  }
  return text;
}

Hardware hardware_of(const std::string& layer_text) {
  Platform platform;
  for (std::string_view rest = layer_text; !rest.empty();) {
    const std::string line(take_line(rest));
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) throw std::invalid_argument("no '=' in '" + line + "'");
    const std::string path = line.substr(0, sign);
    const Key* const key = find_key(path);
    if (key == nullptr) throw std::invalid_argument("unknown key '" + path + "'");
    try {
      assign(platform, *key, parse_value(*key, line.substr(sign + 1)));
    } catch (const QuantityError& error) {
      throw std::invalid_argument(line + ": " + error.what());
    }
  }
  return platform.hardware;
}

}  // namespace h4h::platforms
