#pragma once

#include <cstdint>
#include <vector>

namespace h4h::sim {

// Memory that holds its bytes from one layer to another, both included.
struct Buffer {
  std::int64_t bytes = 0;
  std::size_t first = 0, last = 0;
};

struct Peak {
  std::int64_t bytes = 0;
  std::size_t layer = 0;  // the first where so many are held
};

// Of `layers` layers, numbered from 0.
Peak peak_of(const std::vector<Buffer>& buffers, std::size_t layers);

// Which buffers leave an SRAM for the external memory: as long as it overflows, the largest one at
// the fullest layer, for all its life. Of equals the earlier one.
std::vector<bool> spilled(const std::vector<Buffer>& buffers, std::size_t layers,
                          std::int64_t sram_bytes);

}  // namespace h4h::sim
