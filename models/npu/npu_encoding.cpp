#include <algorithm>
#include <initializer_list>

#include "models/npu/npu_parts.hpp"
#include "models/npu/npu_timing.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;

// Zeros that the traversal adds behind weights: runs of one length.
struct ZeroRuns {
  std::int64_t length = 0, count = 0;
};

// Bits of a zero in the code of the values, in eighths. Assumption: Vela codes the values of a
// slice in Golomb-Rice code of a divisor that it fits to them. With 3.75 bits and kHeaderBytes, the
// sizes that its encoder gives the layers of tests/reference/npu_layers.csv are met to 4.8 % on
// average.
constexpr std::int64_t kZeroEighths = 30;
// Logarithm of the largest divisor of run lengths. Assumption: more pays for no run of the layers
// there.
constexpr std::int64_t kLargestDivisor = 5;
// Of a layer's streams, in bytes. Assumption: the constant of a fit to the same sizes.
constexpr std::int64_t kHeaderBytes = 49;

// Bytes that the runs take: in the code of the values, or as run lengths in Golomb-Rice code, of
// which every weight then carries one; whichever is shorter.
std::int64_t run_bytes(std::int64_t weights, std::initializer_list<ZeroRuns> runs) {
  std::int64_t zeros = 0;
  for (const ZeroRuns& r : runs) zeros += r.length * r.count;
  std::int64_t least = kZeroEighths * zeros;
  for (std::int64_t k = 0; k <= kLargestDivisor; ++k) {
    std::int64_t bits = weights * (1 + k);
    for (const ZeroRuns& r : runs) bits += (r.length >> k) * r.count;
    least = std::min(least, 8 * bits);
  }
  return ceil_div(least, 64);
}

// Bytes of the zeros that the traversal adds: outputs in whole 8s, channels in whole 32s or,
// part-kernel, 8s; taps in 4s, those of part-kernel behind all channels of eight outputs.
std::int64_t padding_bytes(const LayerShape& layer) {
  const std::int64_t taps = workloads::window_of(layer.op).taps();
  const std::int64_t tap_zeros = round_up(taps, 4) - taps;
  const std::int64_t outputs = layer.output.channels;
  const std::int64_t output_zeros = round_up(outputs, 8) - outputs;
  const std::int64_t weights = workloads::weight_bytes(layer);
  const NpuKernel kernel = npu_kernel(layer.op);
  if (kernel == NpuKernel::depthwise) {
    return run_bytes(weights, {{tap_zeros, outputs}, {output_zeros, taps}});
  }
  const std::int64_t channels =
      kernel == NpuKernel::vector_product ? layer.input().elements() : layer.input().channels;
  if (traversal(layer) == Traversal::depth_first) {
    const std::int64_t groups = ceil_div(channels, 32);
    return run_bytes(
        weights, {{32 * groups - channels, outputs * taps}, {32 * output_zeros, groups * taps}});
  }
  const std::int64_t groups = ceil_div(channels, 8);
  return run_bytes(weights, {{8 * groups - channels, outputs * taps},
                             {8 * 8 * tap_zeros, groups * ceil_div(outputs, 8)},
                             {8 * output_zeros, groups * taps}});
}

}  // namespace

std::int64_t encoded_weight_bytes(const LayerShape& layer) {
  if (layer.encoded_weight_bytes) return *layer.encoded_weight_bytes;
  const std::int64_t raw = workloads::weight_bytes(layer);
  if (raw == 0) return 0;
  if (npu_rule(layer.op).lowering == NpuLowering::parts) return encoded_bytes_of_parts(layer);
  return layer.coded_weight_bytes.value_or(raw) + padding_bytes(layer) + kHeaderBytes;
}

}  // namespace h4h::models
