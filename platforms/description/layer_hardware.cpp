#include "platforms/description/layer_hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "base/enum_values.hpp"
#include "base/text/take_line.hpp"
#include "platforms/description/keys.hpp"

namespace h4h::platforms {

namespace {

constexpr std::string_view kDevices = "devices";

// "sram_macros:cim,other:npu", as devices_text writes it.
std::vector<NamedDevice> devices_in(std::string_view text) {
  std::vector<NamedDevice> devices;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const std::size_t colon = one.find(':');
    const std::string_view type = colon == std::string_view::npos ? "" : one.substr(colon + 1);
    const std::optional<DeviceType> known = enum_named<DeviceType>(type);
    if (!known) throw std::invalid_argument(fmt::format("no type of device in '{}'", one));
    devices.push_back({std::string(one.substr(0, colon)), description_of(*known)});
  }
  return devices;
}

// The keys of the layer text. Throws std::invalid_argument.
void assign_line(Platform& platform, const KeyList& keys, const std::string& line) {
  const std::size_t sign = line.find('=');
  if (sign == std::string::npos) throw std::invalid_argument("no '=' in '" + line + "'");
  const std::string path = line.substr(0, sign);
  const Key* const key = keys.find(path);
  if (key == nullptr) throw std::invalid_argument("unknown key '" + path + "'");
  try {
    assign(platform, *key, parse_value(*key, line.substr(sign + 1)));
  } catch (const QuantityError& error) {
    throw std::invalid_argument(line + ": " + error.what());
  }
}

}  // namespace

std::string devices_text(const Hardware& hardware) {
  std::string text;
  for (const NamedDevice& device : hardware.more) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", device.name,
                        to_string(type_of(device.description)));
  }
  return text.empty() ? text : fmt::format("{}={}\n", kDevices, text);
}

Hardware layer_hardware(const Hardware& hardware, DeviceSet devices) {
  Platform from = empty_platform(hardware.more), to = from;
  from.hardware = hardware;
  for (const Key& key : KeyList(hardware)) {
    if (affects_layers(key, devices)) copy_value(to, from, key);
  }
  return to.hardware;
}

std::string layer_text(const Hardware& hardware, DeviceSet devices) {
  Platform platform = empty_platform(hardware.more);
  platform.hardware = hardware;
  std::string text = devices_text(hardware);
  for (const Key& key : KeyList(hardware)) {
    if (!affects_layers(key, devices)) continue;
    text += fmt::format("{}={}\n", key.path, value_text(platform, key));
  }
  return text;
}

Hardware hardware_of(const std::string& layer_text) {
  std::string_view rest = layer_text;
  Platform platform;
  const std::string first = std::string(kDevices) + "=";
  if (rest.substr(0, first.size()) == first) {
    platform = empty_platform(devices_in(take_line(rest).substr(first.size())));
  }
  const KeyList keys(platform);
  while (!rest.empty()) assign_line(platform, keys, std::string(take_line(rest)));
  return platform.hardware;
}

}  // namespace h4h::platforms
