#include "models/cim/cim_bound.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

using workloads::LayerShape;
using workloads::Shape;
using workloads::Window;

// Positions of [0, size) that `outputs` windows read along one axis.
std::int64_t read_positions(std::int64_t outputs, std::int64_t stride, std::int64_t extent,
                            std::int64_t padding, std::int64_t size) {
  std::int64_t sum = 0, end = 0;
  for (std::int64_t o = 0; o < outputs; ++o) {
    const std::int64_t first = std::max(o * stride - padding, end);
    const std::int64_t last = std::min(o * stride - padding + extent, size);
    if (last <= first) continue;
    sum += last - first;
    end = last;
  }
  return sum;
}

// No fewer are read per row and input channel by groups of at most `units` outputs, however the row
// is cut: n windows of k columns in a row touch k + (n - 1) s columns at stride s <= k, and where
// they have holes or lie apart at least k + n - 1.
std::int64_t row_reads(const Window& window, std::int64_t width, std::int64_t units) {
  const bool dense = window.dilation_width == 1 && window.stride_width <= window.kernel_width;
  const std::int64_t stride = dense ? window.stride_width : 1;
  const std::int64_t groups = ceil_div(width, units);
  return window.kernel_height * (groups * (window.kernel_width - stride) + width * stride);
}

// What the macros hold of a layer, and which part of it a macro at least.
struct HeldGroups {
  HeldGroups(const platforms::Cim& cim, const LayerShape& layer, std::int64_t macros)
      : groups(ceil_div(layer.output.channels, cim.accumulators)),
        words(cim_words_per_macro(cim, layer, groups)),  // a group to each
        copies(cim_words(cim, layer, macros) / (groups * words)),
        fullest(cim_words_per_macro(cim, layer, macros)) {}

  std::int64_t groups, words, copies, fullest;
};

void add_steps(const platforms::Cim& cim, const LayerShape& layer, const HeldGroups& held,
               std::int64_t units, CimTile& tile) {
  const Shape& out = layer.output;
  const bool tokens = workloads::window_of(layer.op).taps() == 1;
  const std::int64_t positions =
      tokens ? ceil_div(out.pixels(), units) : out.height * ceil_div(out.width, units);
  const bool keeps_words = cim.word_hold == platforms::WordHold::tile;
  tile.steps = held.fullest * ceil_div(positions, held.copies);
  tile.fullest_reads = keeps_words ? held.fullest : tile.steps;
  tile.word_reads = held.groups * held.words * (keeps_words ? 1 : positions);
  tile.conversions = held.groups * held.words * out.pixels() * cim.accumulators;
}

void add_operands(const LayerShape& layer, const HeldGroups& held, std::int64_t units,
                  CimTile& tile) {
  const Shape& out = layer.output;
  const Window window = workloads::window_of(layer.op);
  const std::int64_t reads =
      window.taps() == 1 ? out.pixels() : out.height * row_reads(window, out.width, units);
  const std::int64_t channels =
      reads_own_channels(layer) ? out.channels : pixels_of_input(layer).channels * held.groups;
  tile.operand_bytes = reads * channels + out.pixels() * out.channels;
}

void add_streams(const platforms::Cim& cim, const LayerShape& layer, Layout input, Layout output,
                 CimTile& tile) {
  const Shape &out = layer.output, in = pixels_of_input(layer);
  const Window w = workloads::window_of(layer.op);
  const std::int64_t read_channels = reads_own_channels(layer)
                                         ? workloads::input_channels(layer, {0, out.channels}).end
                                         : in.channels;
  const std::int64_t stored = stored_channels(read_channels, input);
  tile.input_bytes =
      read_positions(out.height, w.stride_height, w.extent_height(), w.padding.top, in.height) *
      read_positions(out.width, w.stride_width, w.extent_width(), w.padding.left, in.width) *
      stored;
  tile.output_bytes = stored_bytes(out, output);
  tile.input_run = run_bytes(input, in.width, stored, in.channels);
  tile.output_run =
      run_bytes(output, out.width, std::min(out.channels, cim.accumulators), out.channels);
}

}  // namespace

CimPlan least_cim_plan(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                       const LayerShape& layer, Layout input, Layout output) {
  const HeldGroups held(cim, layer, macros);
  CimTile tile;
  add_steps(cim, layer, held, units, tile);
  add_operands(layer, held, units, tile);
  add_streams(cim, layer, input, output, tile);
  CimPlan plan;
  plan.macs = workloads::macs(layer);
  plan.tiles.push_back(tile);
  return plan;
}

WorkBound cim_bound(const platforms::Cim& cim, const CimStreams& streams, const CimPlan& plan,
                    bool spilled_input, bool spills_output) {
  WorkBound bound;
  Picoseconds computing;
  Traffic occupied, bytes;
  Counts& counts = bound.counts;
  for (const CimTile& tile : plan.tiles) {
    computing += compute_time(cim, tile);
    occupied +=
        {occupied_bytes(streams.input, tile.input_bytes, tile.input_run, cim.outstanding),
         occupied_bytes(streams.output, tile.output_bytes, tile.output_run, cim.outstanding)};
    bytes += {tile.input_bytes, tile.output_bytes};
    counts[Event::cim_read_bit] += tile.word_reads * cim.word_bits();
    counts[Event::cim_operand_byte] += tile.operand_bytes;
    counts[Event::cim_conversion] += tile.conversions;
    counts[Event::cim_softmax] += tile.all_scores;
  }
  counts[Event::cim_mac] = plan.macs;
  (spilled_input ? bound.external : bound.sram).read = occupied.read;
  (spills_output ? bound.external : bound.sram).written = occupied.written;
  counts[spilled_input ? Event::external_byte : Event::sram_byte] += bytes.read;
  counts[spills_output ? Event::external_byte : Event::sram_byte] += bytes.written;
  counts[Event::noc_byte] = bytes.read + bytes.written;
  const bool reads_first = !plan.tiles.empty() && plan.tiles.front().input_bytes > 0;
  bound.waits_for_link = reads_first;
  bound.time = Picoseconds{reads_first ? streams.input.latency_ps : 0} +
               std::max({computing, streaming_time(streams.input, occupied.read, cim.outstanding),
                         streaming_time(streams.output, occupied.written, cim.outstanding)});
  return bound;
}

}  // namespace h4h::models
