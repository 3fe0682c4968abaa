#include <cstddef>
#include <cstdint>
#include <string>

#include "platforms/description/loader.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

// Any text pins shares that are the network's, or is refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h;
  static const platforms::Platform platform =
      platforms::load_platform(H4H_SOURCE_DIR "/platforms/h4h-7nm.yaml", {});
  static const models::Devices devices = models::make_devices(platform.hardware);
  static const workloads::Network network = workloads::mobilenet_v2();
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const sim::Pins pins = sim::parse_mapping(text, "fuzz.yaml", devices, network);
    if (pins.layers.size() != network.layers.size()) __builtin_trap();
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      const workloads::LayerShape shape = workloads::layer_shape(network, network.layers[i]);
      const sim::PinnedChannels pinned = pins.of(i);
      if (!pinned) continue;
      std::int64_t left = shape.output.channels;
      for (const std::int64_t share : *pinned) {
        if (share < 0 || share > left) __builtin_trap();
        left -= share;
      }
      if (pinned->size() != devices.size() || left != 0) __builtin_trap();
    }
  } catch (const sim::MappingFileError&) {
    return 0;
  }
  return 0;
}
