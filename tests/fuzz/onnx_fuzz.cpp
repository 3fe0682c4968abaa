#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "workloads/import/onnx/convert.hpp"

// Any bytes are a network, or are refused with a message; nothing else may happen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h::workloads;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  for (const UnsupportedPolicy policy : {UnsupportedPolicy::refuse, UnsupportedPolicy::host}) {
    try {
      const Network network = onnx::convert(onnx::parse_model(file), "fuzz", {policy, {}});
      if (macs(network) < 0 || weight_bytes(network) < 0) __builtin_trap();
    } catch (const std::runtime_error&) {
      continue;
    }
  }
  return 0;
}
