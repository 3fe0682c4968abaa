#include <cstddef>
#include <cstdint>
#include <string>

#include "platforms/description/loader.hpp"

// Any text on top of a whole platform is a platform, or is refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string base = H4H_SOURCE_DIR "/platforms/";
  try {
    const auto platform = h4h::platforms::parse_platform(text, base + "fuzz.yaml");
    if (platform.hardware.npu.clock_hz <= 0 || platform.hardware.noc.bandwidth <= 0)
      __builtin_trap();
  } catch (const h4h::platforms::PlatformError&) {
    return 0;
  }
  return 0;
}
