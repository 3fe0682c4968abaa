#pragma once

#include <cstdint>
#include <vector>

#include "models/npu/npu_timing.hpp"

namespace h4h::models {

// What a pass reads of the one before: nothing; what it wrote, block by block; all that it wrote.
enum class ReadsBack { nothing, blocks, all };

// A pass over a feature map that no layer describes, since what it reads or makes is wider than 8
// bits. Cycles of the MAC array and of the output stage are those of the whole pass.
struct MapPass {
  std::int64_t elements = 0;  // that come out
  std::int64_t input_bytes = 0, output_bytes = 0;
  std::int64_t mac_cycles = 0, output_cycles = 0;
  ReadsBack reads = ReadsBack::all;
  std::int64_t weight_bytes = 0;
  // Elements by which it is cut into blocks, where more go in than come out.
  std::int64_t spread = 0;
  // For a pass of a single block: until what the one before wrote has come back.
  std::int64_t turnaround_cycles = 0;
};

// The passes one behind the other, each in blocks, so that loading, work and writing overlap.
// Throws std::invalid_argument for plans that are too large.
void append_passes(NpuPlan& plan, const std::vector<MapPass>& passes);

// Cycles of the MAC array to reduce `rows` rows of `depth` elements to a value each (Vela 5.1.0,
// Regor). The maximum is a pooling pass, one row at a time, whole micro-blocks high; every output
// takes `depth` taps, at least four. The sum is a depth-first convolution of one tap, in blocks of
// 128 values of 32 bits: more do not fit the SHRAM twice beside the accumulators.
std::int64_t row_maximum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth);
std::int64_t row_sum_cycles(const NpuConfig& config, std::int64_t rows, std::int64_t depth);

}  // namespace h4h::models
