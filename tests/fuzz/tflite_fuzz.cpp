#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "workloads/import/tflite/convert.hpp"

// Any bytes are a network, or are refused with a message; nothing else may happen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h::workloads;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const ImportOptions given{UnsupportedPolicy::host, std::vector<std::int64_t>{1, 16, 16, 16}};
  for (const ImportOptions& options :
       {ImportOptions{}, ImportOptions{UnsupportedPolicy::host}, given}) {
    try {
      const Network network = tflite::convert(tflite::parse_model(file), "fuzz", options);
      if (macs(network) < 0 || weight_bytes(network) < 0 || host_macs(network) < 0) {
        __builtin_trap();
      }
    } catch (const std::runtime_error&) {
      continue;
    }
  }
  return 0;
}
