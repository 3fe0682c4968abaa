#pragma once

#include <cstdint>
#include <vector>

namespace h4h::workloads {

// Bytes that 8-bit weights (zero point removed: -255..255) take in the lossless code of Arm's NPU:
// Golomb-Rice codes of the values or of a palette of the 32 most frequent ones, zeros either among
// them or as run lengths, whichever is shortest. The order of the traversal and its padding are not
// in it; they belong to the hardware. Source: the weight codec of Vela 5.1.0 (mlw_codec), here with
// one set of parameters for all weights.
std::int64_t coded_weight_bytes(const std::vector<std::int16_t>& weights);

// Real weights as symmetric int8 (-127..127) with one scale per output channel, largest value /
// 127. `values` holds `channels` equal runs, or, where `interleaved`, the channel changes fastest.
std::vector<std::int16_t> quantize(const std::vector<float>& values, std::int64_t channels,
                                   bool interleaved);

float from_half(std::uint16_t bits);  // of an IEEE 754 binary16

}  // namespace h4h::workloads
