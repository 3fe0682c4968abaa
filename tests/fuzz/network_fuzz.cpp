#include <cstddef>
#include <cstdint>
#include <string>

#include "workloads/export/yaml.hpp"
#include "workloads/import/yaml/reader.hpp"

// Any text is a network that survives its export, or is refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h::workloads;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const Network network = parse_yaml_network(text, "fuzz.yaml");
    if (macs(network) < 0) __builtin_trap();
    if (!(parse_yaml_network(to_yaml(network), "again.yaml") == network)) __builtin_trap();
  } catch (const NetworkError&) {
    return 0;
  }
  return 0;
}
