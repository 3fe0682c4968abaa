#pragma once

#include <cstdint>
#include <vector>

namespace h4h::sim {

// Memory that holds its bytes from one step of an inference to another, both included.
struct Buffer {
  std::int64_t bytes = 0;
  std::size_t first = 0, last = 0;
  bool rolling = false;  // of a cascade: leaves the SRAM only if there is nothing else
};

// The bytes held at each of `steps` steps.
std::vector<std::int64_t> held(const std::vector<Buffer>& buffers, std::size_t steps);

// Which buffers leave an SRAM for the external memory: as long as it overflows, the largest one at
// the fullest step, for all its life; rolling buffers behind all others. Of equals the earlier one.
std::vector<bool> spilled(const std::vector<Buffer>& buffers, std::size_t steps,
                          std::int64_t sram_bytes);

}  // namespace h4h::sim
