#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "nas/cost/block_table.hpp"

namespace h4h::nas {

// In a set of buffers.
inline std::uint64_t output_bit(const Block& block) {
  return std::uint64_t{1} << (block.buffers.size() - 1);
}

// Which buffers of the blocks of a run leave the SRAM. Two blocks share the tensor between them.
struct RunSpills {
  std::vector<std::uint64_t> spilled;  // by block
  bool input() const { return (spilled.front() & 1) != 0; }
  bool output(const Block& last) const { return (spilled.back() & output_bit(last)) != 0; }
};

// A run: blocks in a row of which each by itself overflows the SRAM. A block that does not overflow
// makes nothing spill, so the runs before and after it are independent, and what spills in a run
// depends on its own blocks alone.
class SpillRuns {
 public:
  explicit SpillRuns(std::int64_t sram_bytes) : sram_bytes_(sram_bytes) {}
  bool overflows(const Block& block) const { return block.peak_bytes > sram_bytes_; }
  const RunSpills& find(const std::vector<const Block*>& run);

 private:
  RunSpills place(const std::vector<const Block*>& run) const;

  std::int64_t sram_bytes_;
  std::unordered_map<std::string, RunSpills> known_;
};

// What is spilled of every block of a network: of those in runs, and what others share with them.
std::vector<std::uint64_t> spills_of(SpillRuns& runs, const std::vector<const Block*>& blocks);

}  // namespace h4h::nas
