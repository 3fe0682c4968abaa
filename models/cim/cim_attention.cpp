#include "models/cim/cim_attention.hpp"

#include <algorithm>

#include "models/device/plan_size.hpp"

namespace h4h::models {
namespace {

using workloads::LayerShape;

class Planner {
 public:
  Planner(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
          const LayerShape& layer, Layout input, Layout output, const CimCut& cut)
      : cim_(cim),
        macros_(macros),
        units_(units),
        wanted_tiles_(cut.tiles),
        halvings_(cut.channel_halvings),
        heads_(std::get<workloads::Attention>(layer.op).heads),
        tokens_(layer.output.pixels()),
        channels_(layer.output.channels / heads_),
        input_channels_(layer.input().channels),
        input_(input),
        output_(output) {}

  std::vector<CimTile> tiles() const {
    std::vector<CimTile> tiles;
    const std::int64_t queries = tile_queries();
    const std::int64_t at_once = heads_at_once();
    check_plan_size(static_cast<double>(ceil_div(heads_, at_once)) *
                    static_cast<double>(ceil_div(tokens_, queries)));
    for (std::int64_t first = 0; first < heads_; first += at_once) {
      const std::int64_t heads = std::min(at_once, heads_ - first);
      for (std::int64_t q = 0; q < tokens_; q += queries) {
        tiles.push_back(tile(heads, std::min(queries, tokens_ - q)));
        if (q == 0) tiles.back().input_bytes += fill_bytes(heads);
        if (q == 0) tiles.back().operand_bytes += heads * 2 * tokens_ * channels_;
      }
    }
    return tiles;
  }

 private:
  // Evenly over as few rounds as the macros let; halved where that lets them begin earlier.
  std::int64_t heads_at_once() const {
    std::int64_t heads = ceil_div(heads_, ceil_div(heads_, macros_));
    for (std::int64_t i = 0; i < halvings_ && heads > 1; ++i) heads = ceil_div(heads, 2);
    return heads;
  }

  // Within the half buffer, few enough for the tiles that are wanted.
  std::int64_t tile_queries() const {
    const std::int64_t fit = cim_.stream_buffer_bytes / 2 / channels_;
    const std::int64_t in_each = ceil_div(wanted_tiles_, ceil_div(heads_, heads_at_once()));
    return largest_part(tokens_, in_each, fit);
  }

  std::int64_t fill_bytes(std::int64_t heads) const {
    return 2 * tokens_ * stored_channels(heads * channels_, input_);
  }

  CimTile tile(std::int64_t heads, std::int64_t queries) const {
    const std::int64_t for_scores =
        ceil_div(tokens_, cim_.accumulators) * ceil_div(channels_, cim_.products);
    const std::int64_t for_values =
        ceil_div(channels_, cim_.accumulators) * ceil_div(tokens_, cim_.products);
    CimTile tile;
    tile.input_bytes = queries * stored_channels(heads * channels_, input_);
    tile.output_bytes = queries * stored_channels(heads * channels_, output_);
    tile.input_run = run_bytes(input_, queries, heads * channels_, input_channels_);
    tile.output_run = run_bytes(output_, queries, channels_, heads_ * channels_);
    tile.operand_steps = (for_scores + for_values) * ceil_div(queries, units_);
    tile.conversions = heads * (for_scores + for_values) * queries * cim_.accumulators;
    tile.scores = queries * tokens_;
    tile.all_scores = heads * tile.scores;
    // Operands of every step; queries in for every group of keys, scores out; scores in for every
    // group of values, outputs out.
    tile.operand_bytes = heads * (tile.operand_steps * cim_.accumulators * cim_.products +
                                  (ceil_div(tokens_, cim_.accumulators) + 1) * queries * channels_ +
                                  (ceil_div(channels_, cim_.accumulators) + 1) * tile.scores);
    return tile;
  }

  const platforms::Cim& cim_;
  std::int64_t macros_, units_, wanted_tiles_, halvings_, heads_, tokens_, channels_;
  std::int64_t input_channels_;  // of the tensor that a head's channels are in
  Layout input_, output_;
};

}  // namespace

std::int64_t cim_attention_bytes(const LayerShape& layer) {
  const std::int64_t heads = std::get<workloads::Attention>(layer.op).heads;
  return 2 * (2 * layer.output.elements() / heads);
}

CimPlan plan_cim_attention(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                           const LayerShape& layer, Layout input, Layout output,
                           const CimCut& cut) {
  CimPlan plan;
  plan.tiles = Planner(cim, macros, units, layer, input, output, cut).tiles();
  plan.macs = workloads::macs(layer);
  plan.macros_busy = std::min(macros, std::get<workloads::Attention>(layer.op).heads);
  return plan;
}

}  // namespace h4h::models
