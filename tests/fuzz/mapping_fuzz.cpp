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
  static const workloads::Network network = workloads::mobilenet_v2();
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const sim::Pins pins = sim::parse_mapping(text, "fuzz.yaml", platform.hardware.cim, network);
    if (pins.cim_channels.size() != network.layers.size()) __builtin_trap();
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      const workloads::LayerShape shape = workloads::layer_shape(network, network.layers[i]);
      const std::int64_t share = pins.of(i).value_or(0);
      if (share < 0 || share > shape.output.channels) __builtin_trap();
    }
  } catch (const sim::MappingFileError&) {
    return 0;
  }
  return 0;
}
