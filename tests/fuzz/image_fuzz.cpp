// Any bytes are an image, or broken; libjpeg and libpng themselves are not instrumented.
#include <cstdlib>

#include "nas/data/decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h::nas;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto small = [](Size stored) {
    if (stored.height * stored.width > 1 << 20) throw BrokenImage("would take long");
    return centre_square(stored, 0.875);
  };
  try {
    if (decoded(bytes, small, {12, 16}).pixels.size() != 12 * 16 * 3) std::abort();
  } catch (const BrokenImage&) {
  }
  return 0;
}
