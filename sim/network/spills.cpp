#include "sim/network/spills.hpp"

#include <algorithm>
#include <tuple>

namespace h4h::sim {
namespace {

struct Peak {
  std::int64_t bytes = 0;
  std::size_t step = 0;  // the first where so many are held
};

Peak highest(const std::vector<std::int64_t>& held) {
  const auto most = std::max_element(held.begin(), held.end());
  return most == held.end() ? Peak{} : Peak{*most, static_cast<std::size_t>(most - held.begin())};
}

bool goes_before(const Buffer& a, const Buffer& b) {
  const auto rank = [](const Buffer& x) { return std::tuple(x.bytes > 0, !x.rolling, x.bytes); };
  return rank(a) > rank(b);
}

}  // namespace

std::vector<std::int64_t> held(const std::vector<Buffer>& buffers, std::size_t steps) {
  std::vector<std::int64_t> bytes(steps, 0);
  for (const Buffer& buffer : buffers) {
    for (std::size_t i = buffer.first; i <= buffer.last; ++i) bytes[i] += buffer.bytes;
  }
  return bytes;
}

std::vector<bool> spilled(const std::vector<Buffer>& buffers, std::size_t steps,
                          std::int64_t sram_bytes) {
  std::vector<bool> gone(buffers.size(), false);
  std::vector<std::int64_t> bytes = held(buffers, steps);
  for (Peak peak = highest(bytes); peak.bytes > sram_bytes; peak = highest(bytes)) {
    std::size_t largest = buffers.size();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const bool there = !gone[i] && buffers[i].first <= peak.step && peak.step <= buffers[i].last;
      if (there && (largest == buffers.size() || goes_before(buffers[i], buffers[largest]))) {
        largest = i;
      }
    }
    gone[largest] = true;  // bytes are held there, so somebody holds them
    for (std::size_t i = buffers[largest].first; i <= buffers[largest].last; ++i) {
      bytes[i] -= buffers[largest].bytes;
    }
  }
  return gone;
}

}  // namespace h4h::sim
