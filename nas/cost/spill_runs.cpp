#include "nas/cost/spill_runs.hpp"

namespace h4h::nas {
namespace {

std::uint64_t bit(std::size_t buffer) { return std::uint64_t{1} << buffer; }

std::string key_of(const std::vector<const Block*>& run) {
  return {reinterpret_cast<const char*>(run.data()), run.size() * sizeof(void*)};
}

}  // namespace

const RunSpills& SpillRuns::find(const std::vector<const Block*>& run) {
  const auto [place_in_map, is_new] = known_.try_emplace(key_of(run));
  if (is_new) place_in_map->second = place(run);
  return place_in_map->second;
}

RunSpills SpillRuns::place(const std::vector<const Block*>& run) const {
  std::vector<sim::Buffer> buffers;
  std::vector<std::vector<std::size_t>> numbers(
      run.size());  // of each block's buffers in `buffers`
  std::size_t layers = 0;
  for (std::size_t b = 0; b < run.size(); ++b) {
    for (std::size_t i = 0; i < run[b]->buffers.size(); ++i) {
      const sim::Buffer& buffer = run[b]->buffers[i];
      if (b > 0 && i == 0) {  // what the block before has written
        numbers[b].push_back(numbers[b - 1].back());
        buffers[numbers[b].back()].last = layers + buffer.last;
        continue;
      }
      numbers[b].push_back(buffers.size());
      buffers.push_back({buffer.bytes, layers + buffer.first, layers + buffer.last});
    }
    layers += run[b]->layers.size();
  }
  const std::vector<bool> gone = sim::spilled(buffers, layers, sram_bytes_);
  RunSpills spills;
  for (const auto& of_block : numbers) {
    std::uint64_t& set = spills.spilled.emplace_back(0);
    for (std::size_t i = 0; i < of_block.size(); ++i) set |= gone[of_block[i]] ? bit(i) : 0;
  }
  return spills;
}

std::vector<std::uint64_t> spills_of(SpillRuns& runs, const std::vector<const Block*>& blocks) {
  std::vector<std::uint64_t> spills(blocks.size(), 0);
  for (std::size_t begin = 0; begin < blocks.size(); ++begin) {
    std::size_t end = begin;
    while (end < blocks.size() && runs.overflows(*blocks[end])) ++end;
    if (end == begin) continue;
    const RunSpills& run = runs.find({blocks.begin() + static_cast<std::ptrdiff_t>(begin),
                                      blocks.begin() + static_cast<std::ptrdiff_t>(end)});
    for (std::size_t i = begin; i < end; ++i) spills[i] = run.spilled[i - begin];
    if (begin > 0 && run.input()) spills[begin - 1] |= output_bit(*blocks[begin - 1]);
    if (end < blocks.size() && run.output(*blocks[end - 1])) spills[end] |= bit(0);
    begin = end;  // the block there does not overflow
  }
  return spills;
}

}  // namespace h4h::nas
