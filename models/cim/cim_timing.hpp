#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/memory/layout.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"
#include "workloads/ir/layer_shape.hpp"

namespace h4h::models {

// A macro is that of the H4H paper (section 3.2, figure 4): a word holds `accumulators` x
// `products` weights of 8 bits, and a step adds `products` products to each accumulator.

// A rectangle of output pixels: its input streams in while the previous tile computes. Bytes are of
// feature maps as stored.
struct CimTile {
  std::int64_t input_bytes = 0;  // new input over the NoC; multicast counts once
  std::int64_t output_bytes = 0;
  std::int64_t input_run = INT64_MAX, output_run = INT64_MAX;  // bytes that lie together
  std::int64_t steps = 0;                                      // of the macro with the most words
  std::int64_t fullest_reads = 0;                              // of words, by that macro
  std::int64_t word_reads = 0;                                 // over all macros
  std::int64_t operand_bytes = 0;  // input buffer reads and output buffer writes, all macros
  std::int64_t conversions = 0;    // sums that the steps leave, over all macros
  // Of attention: steps against the operand buffer, and scores through the softmax, of one macro.
  std::int64_t operand_steps = 0;
  std::int64_t scores = 0, all_scores = 0;  // of one macro, of all
};

struct CimPlan {
  std::vector<CimTile> tiles;
  std::int64_t macs = 0;                              // of the share
  std::int64_t words = 0;                             // resident weights, over all macros
  bool spilled_input = false, spills_output = false;  // lies in the external memory
  std::int64_t macros_busy = 0;                       // the others have no word of this layer
};

// Whether an output channel reads some input channels of its own, as in depthwise layers.
bool reads_own_channels(const workloads::LayerShape& layer);
// The input as macros read it: a linear layer is a 1x1 convolution of one pixel.
workloads::Shape pixels_of_input(const workloads::LayerShape& layer);

// Whether macros can run the layer: weights and no activation by table, or attention whose keys
// and values fit the operand buffer.
bool cim_can_run(const platforms::Cim& cim, const workloads::LayerShape& layer);

// Why not: "macros cannot run max_pool: it has no weights"; "" where they can.
std::string cim_cannot_run(const platforms::Cim& cim, const workloads::LayerShape& layer);

// The least channels that a share of the layer may have: whole words, and whole heads.
std::int64_t cim_share_unit(const platforms::Cim& cim, const workloads::LayerShape& layer);

// Words that hold the weights of `layer`. A word serves `accumulators` output channels with
// `products` weights each: the taps of one input channel, or input channels of a 1x1 kernel.
// Under cim.replication they stand in several of `macros` macros where there are fewer groups.
std::int64_t cim_words(const platforms::Cim& cim, const workloads::LayerShape& layer,
                       std::int64_t macros);

// Words that the fullest of `macros` macros holds of it: groups of `accumulators` output channels
// are dealt round robin, and a group stays whole since its words add into the same accumulators.
std::int64_t cim_words_per_macro(const platforms::Cim& cim, const workloads::LayerShape& layer,
                                 std::int64_t macros);

// Input elements that `outputs` adjacent outputs of a row read per input channel when repeated
// reads are removed: the kernel's height times the distinct columns that n outputs touch. At stride
// s <= k without dilation these are k x (k + (n - 1) s); 3 (n + 2) for a 3x3 kernel at stride 1
// instead of 9 n, the 2/3 that the H4H paper gives as the limit of its IFMP controller
// (section 6.3).
std::int64_t ifmp_reads(const workloads::Window& window, std::int64_t outputs);

// The same for a row of `width` outputs in groups of `units`, the last one clipped.
std::int64_t ifmp_row_reads(const workloads::Window& window, std::int64_t width,
                            std::int64_t units);

// How far a layer is cut into tiles beyond what the buffers demand.
struct CimCut {
  std::int64_t tiles = 1;             // at least about so many, where there are as many rows
  std::int64_t channel_halvings = 0;  // of a slice of a depthwise layer, of heads of attention
  std::int64_t column_halvings = 0;   // of a strip
};

// What `macros` macros of `units` compute units do for `layer`, already their share of channels.
// Tiles are as large as the buffer and `cut` let them. Throws std::overflow_error where a tile
// would take more than an hour.
CimPlan plan_cim(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                 const workloads::LayerShape& layer, Layout input, Layout output,
                 const CimCut& cut = {});

// The largest part of `whole` that is at most `fit`: the whole, or, rounded up, an nth of it, n the
// least power of two from `parts` (one of them) on; 1 where nothing fits.
std::int64_t largest_part(std::int64_t whole, std::int64_t parts, std::int64_t fit);

// A tile on the slowest macro: the first word is read, then one step per word and output group,
// while the next words are read. Steps against the operand buffer wait for no word:
//   read_time + max(steps x step, fullest_reads x read_time)   (nothing without steps)
//   + operand_steps x step + scores x softmax
// Assumption: reads and steps overlap so; the H4H paper gives no timing of a macro. Throws as
// plan_cim.
Picoseconds compute_time(const platforms::Cim& cim, const CimTile& tile);

}  // namespace h4h::models
