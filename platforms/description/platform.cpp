#include "platforms/description/platform.hpp"

#include <fmt/format.h>

#include "platforms/description/fnv1a.hpp"
#include "platforms/description/keys.hpp"

namespace h4h::platforms {
namespace {

std::string text_of(const Platform& platform, bool with_prices) {
  std::string text;
  for (const Key& key : keys()) {
    if (key.prices_only && !with_prices) continue;
    text += fmt::format("{}={}\n", key.path, value_text(platform, key));
  }
  return text;
}

}  // namespace

bool is_assumption(const Setting& setting) { return setting.source.rfind("assumption", 0) == 0; }

std::string canonical_text(const Platform& platform) { return text_of(platform, true); }

std::string canonical_text(const Hardware& hardware) {
  Platform platform;
  platform.hardware = hardware;
  return text_of(platform, false);
}

std::string platform_hash(const Platform& platform) {
  return fmt::format("{:016x}", fnv1a(canonical_text(platform)));
}

}  // namespace h4h::platforms
