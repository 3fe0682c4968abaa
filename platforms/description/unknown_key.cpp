#include "platforms/description/unknown_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/nearest.hpp"

namespace h4h::platforms {
namespace {

bool asks_for_precision(std::string_view key) {
  constexpr std::array<std::string_view, 5> kWords{"bits", "precision", "bitwidth", "adc", "dac"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return key.find(word) != std::string_view::npos;
  });
}

}  // namespace

std::string unknown_key(const std::string& path, const std::vector<std::string>& known) {
  const std::string text = fmt::format("unknown key '{}'{}", path, did_you_mean(path, known));
  if (!asks_for_precision(path.substr(path.find('.') + 1))) return text;
  return text +
         " (activations are 8 b on every device, and weights on an NPU; macros have 'weight_bits'; "
         "sums are exact, and a converter of an analog macro has an energy only)";
}

}  // namespace h4h::platforms
