#pragma once

#include <cstdint>
#include <vector>

namespace h4h::sim {

// Memory that holds its bytes from one step of an inference to another, both included.
struct Buffer {
  std::int64_t bytes = 0;
  std::size_t first = 0, last = 0;
  bool rolling = false;        // of a cascade: leaves the SRAM only if there is nothing else
  std::int64_t row_bytes = 0;  // it can leave row by row; 0: only as a whole
};

// What leaves an SRAM that is too small: whole tensors, or no more of their rows than must.
enum class Spill { tensors, rows };

// The bytes held at each of `steps` steps.
std::vector<std::int64_t> held(const std::vector<Buffer>& buffers, std::size_t steps);

// How many bytes of each buffer leave an SRAM for the external memory: as long as it overflows, the
// largest one at the fullest step goes, or as many of its rows as must, for all its life; rolling
// buffers behind all others. Of equals the earlier one.
std::vector<std::int64_t> spilled_bytes(const std::vector<Buffer>& buffers, std::size_t steps,
                                        std::int64_t sram_bytes);
// Which buffers leave at least in part.
std::vector<bool> spilled(const std::vector<Buffer>& buffers, std::size_t steps,
                          std::int64_t sram_bytes);

}  // namespace h4h::sim
