#include "sim/network/spills.hpp"

#include <algorithm>
#include <tuple>

#include "base/integer.hpp"

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

namespace {

// The one of those at a step that goes next.
std::size_t next_to_go(const std::vector<Buffer>& left, std::size_t step) {
  std::size_t next = left.size();
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].first > step || step > left[i].last) continue;
    if (next == left.size() || goes_before(left[i], left[next])) next = i;
  }
  return next;
}

}  // namespace

std::vector<std::int64_t> spilled_bytes(const std::vector<Buffer>& buffers, std::size_t steps,
                                        std::int64_t sram_bytes) {
  std::vector<std::int64_t> gone(buffers.size(), 0);
  std::vector<Buffer> left = buffers;
  std::vector<std::int64_t> bytes = held(buffers, steps);
  for (Peak peak = highest(bytes); peak.bytes > sram_bytes; peak = highest(bytes)) {
    const std::size_t next = next_to_go(left, peak.step);
    Buffer& buffer = left.at(next);  // bytes are held there, so somebody holds them
    std::int64_t amount = buffer.bytes;
    if (buffer.row_bytes > 0) {
      const std::int64_t rows = ceil_div(peak.bytes - sram_bytes, buffer.row_bytes);
      amount = std::min(amount, rows * buffer.row_bytes);
    }
    gone[next] += amount;
    buffer.bytes -= amount;
    for (std::size_t i = buffer.first; i <= buffer.last; ++i) bytes[i] -= amount;
  }
  return gone;
}

std::vector<bool> spilled(const std::vector<Buffer>& buffers, std::size_t steps,
                          std::int64_t sram_bytes) {
  std::vector<bool> any;
  for (const std::int64_t bytes : spilled_bytes(buffers, steps, sram_bytes)) {
    any.push_back(bytes > 0);
  }
  return any;
}

}  // namespace h4h::sim
