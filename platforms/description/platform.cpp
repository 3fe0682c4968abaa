#include "platforms/description/platform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "base/text/hash.hpp"
#include "platforms/description/keys.hpp"

namespace h4h::platforms {
namespace {

template <typename Wanted>
std::string text_of(const Platform& platform, Wanted wanted) {
  std::string text;
  for (const Key& key : keys()) {
    if (wanted(key)) text += fmt::format("{}={}\n", key.path, value_text(platform, key));
  }
  return text;
}

template <typename Wanted>
std::string text_of(const Hardware& hardware, Wanted wanted) {
  Platform platform;
  platform.hardware = hardware;
  return text_of(platform, wanted);
}

const Key& key_of(const std::string& path) {
  const auto found =
      std::find_if(keys().begin(), keys().end(), [&](const Key& key) { return key.path == path; });
  if (found == keys().end()) throw std::invalid_argument("unknown key '" + path + "'");
  return *found;
}

}  // namespace

bool is_assumption(const Setting& setting) { return setting.source.rfind("assumption", 0) == 0; }

std::string canonical_text(const Platform& platform) {
  return text_of(platform, [](const Key&) { return true; });
}

std::string canonical_text(const Hardware& hardware) {
  return text_of(hardware, [](const Key& key) { return key.decides != Decides::prices; });
}

std::string layer_text(const Hardware& hardware, bool with_macros) {
  return text_of(hardware, [&](const Key& key) {
    const bool of_macros = key.path.substr(0, 4) == "cim.";
    return key.decides == Decides::layers && (with_macros || !of_macros);
  });
}

Hardware hardware_of(const std::string& layer_text) {
  Platform platform;
  std::istringstream lines(layer_text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) throw std::invalid_argument("no '=' in '" + line + "'");
    try {
      assign(platform, key_of(line.substr(0, sign)), line.substr(sign + 1));
    } catch (const QuantityError& error) {
      throw std::invalid_argument(line + ": " + error.what());
    }
  }
  return platform.hardware;
}

std::string platform_hash(const Platform& platform) {
  return fmt::format("{:016x}", fnv1a(canonical_text(platform)));
}

}  // namespace h4h::platforms
