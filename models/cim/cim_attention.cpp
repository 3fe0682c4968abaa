#include "models/cim/cim_attention.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

using workloads::LayerShape;

class Planner {
 public:
  Planner(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
          const LayerShape& layer, Layout input, Layout output, std::int64_t wanted_tiles)
      : cim_(cim),
        macros_(macros),
        units_(units),
        wanted_tiles_(wanted_tiles),
        heads_(std::get<workloads::Attention>(layer.op).heads),
        tokens_(layer.input().pixels()),
        channels_(layer.input().channels / heads_),
        input_(input),
        output_(output) {}

  std::vector<CimTile> tiles() const {
    std::vector<CimTile> tiles;
    const std::int64_t queries = tile_queries();
    for (std::int64_t first = 0; first < heads_; first += macros_) {
      const std::int64_t heads = std::min(macros_, heads_ - first);
      for (std::int64_t q = 0; q < tokens_; q += queries) {
        tiles.push_back(tile(heads, std::min(queries, tokens_ - q)));
        if (q == 0) tiles.back().input_bytes += fill_bytes(heads);
        if (q == 0) tiles.back().operand_bytes += heads * 2 * tokens_ * channels_;
      }
    }
    return tiles;
  }

 private:
  // Whole groups of units, within the half buffer, few enough for the tiles that are wanted.
  std::int64_t tile_queries() const {
    const std::int64_t fit = cim_.stream_buffer_bytes / 2 / channels_ / units_;
    const std::int64_t in_each = ceil_div(wanted_tiles_, ceil_div(heads_, macros_));
    const std::int64_t most = ceil_div(ceil_div(tokens_, in_each), units_);
    return std::clamp<std::int64_t>(fit, 1, most) * units_;
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
  std::int64_t macros_, units_, wanted_tiles_, heads_, tokens_, channels_;
  Layout input_, output_;
};

}  // namespace

std::int64_t cim_attention_bytes(const LayerShape& layer) {
  const std::int64_t heads = std::get<workloads::Attention>(layer.op).heads;
  return 2 * (2 * layer.input().elements() / heads);
}

CimPlan plan_cim_attention(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                           const LayerShape& layer, Layout input, Layout output,
                           std::int64_t wanted_tiles) {
  CimPlan plan;
  plan.tiles = Planner(cim, macros, units, layer, input, output, wanted_tiles).tiles();
  plan.macs = workloads::macs(layer);
  plan.macros_busy = std::min(macros, std::get<workloads::Attention>(layer.op).heads);
  return plan;
}

}  // namespace h4h::models
