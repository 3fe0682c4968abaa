#include "nas/data/decode.hpp"

#include <fmt/format.h>

namespace h4h::nas {
namespace {

bool begins_with(const std::string& bytes, std::string_view begin) {
  return bytes.compare(0, begin.size(), begin) == 0;
}

}  // namespace

void check_size(Size size) {
  if (size.height >= 1 && size.width >= 1 && size.height <= kMostPixels / size.width) return;
  throw BrokenImage(
      fmt::format("{} x {} pixels; at most {} are read", size.height, size.width, kMostPixels));
}

Image decoded(const std::string& bytes, const Framing& framing, Size size) {
  if (begins_with(bytes, "\xff\xd8")) return decoded_jpeg(bytes, framing, size);
  if (begins_with(bytes, "\x89PNG")) return decoded_png(bytes, framing, size);
  throw BrokenImage(bytes.empty() ? "empty" : "neither JPEG nor PNG");
}

}  // namespace h4h::nas
