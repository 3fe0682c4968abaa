#include "models/systolic/systolic_timing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/device/plan_size.hpp"

namespace h4h::models {
namespace {

using workloads::ChannelUse;
using workloads::LayerShape;
using workloads::Window;

constexpr std::int64_t kLeastTiles = 8;  // assumption: the plan is the program's choice

// A layer as products of matrices. Its inputs are rows of pixels, of which windows need some.
struct Products {
  std::int64_t matrices = 1;                // one after another: the heights of a matmul
  std::int64_t pixels = 0, row_pixels = 0;  // of a matrix, and of an output row
  std::int64_t input_rows = 0, row_columns = 0;
  std::int64_t channels = 0, reduction = 0;
  Window window;
  bool own_channels = false;  // an output channel reads input channels of its own
};

bool is_pointwise(const Window& w) {
  const workloads::Padding& p = w.padding;
  return w.taps() == 1 && w.stride_height == 1 && w.stride_width == 1 && p.top == 0 &&
         p.bottom == 0 && p.left == 0 && p.right == 0;
}

Products products_of(const LayerShape& layer) {
  const workloads::Shape &in = layer.input(), &out = layer.output;
  Products p;
  p.channels = out.channels;
  p.window = workloads::window_of(layer.op);
  p.own_channels = workloads::channel_use(layer.op) == ChannelUse::own;
  if (std::holds_alternative<workloads::MatMul>(layer.op)) {
    p.matrices = out.height;
    p.pixels = p.input_rows = out.width;
    p.row_pixels = p.row_columns = 1;
    p.reduction = in.channels;
  } else if (workloads::channel_use(layer.op) == ChannelUse::whole_input) {
    p.pixels = p.row_pixels = p.input_rows = 1;
    p.row_columns = in.pixels();
    p.reduction = in.elements();
  } else {
    // Every pixel of a pointwise layer is a row: a fold needs no others beside it.
    const bool pointwise = is_pointwise(p.window);
    p.pixels = out.pixels();
    p.row_pixels = pointwise ? 1 : out.width;
    p.input_rows = pointwise ? in.pixels() : in.height;
    p.row_columns = pointwise ? 1 : in.width;
    p.reduction = p.window.taps() * (p.own_channels ? 1 : in.channels);
  }
  return p;
}

// The most output rows that `pixels` adjacent ones lie in, from a multiple of `pixels` on.
std::int64_t rows_of(const Products& p, std::int64_t pixels) {
  if (pixels % p.row_pixels == 0) return pixels / p.row_pixels;
  if (p.row_pixels % pixels == 0) return 1;
  return (pixels - 2) / p.row_pixels + 2;
}

class Planner {
 public:
  Planner(const platforms::Systolic& array, const LayerShape& layer, Layout input, Layout output)
      : array_(array), layer_(layer), input_(input), output_(output), p_(products_of(layer)) {
    tile_ = tile_pixels();
    tiles_ = ceil_div(p_.pixels, tile_);
    blocks_ = ceil_div(p_.channels, array.columns);
  }

  bool fits(std::int64_t pixels) const {
    const std::int64_t rows =
        (rows_of(p_, pixels) - 1) * p_.window.stride_height + p_.window.extent_height();
    return std::min(rows, p_.input_rows) * row_bytes(0) <= array_.input_buffer_bytes / 2 &&
           pixels * columns_of(0) <= array_.output_buffer_bytes / 2;
  }

  SystolicPlan plan() const {
    check_plan_size(static_cast<double>(p_.matrices) * static_cast<double>(tiles_) *
                    static_cast<double>(blocks_));
    SystolicPlan plan;
    plan.macs = workloads::macs(layer_);
    const std::int64_t read = p_.own_channels ? columns_of(0) : layer_.input().channels;
    const std::int64_t columns = std::max(layer_.input().width, p_.row_columns);
    plan.input_run = run_bytes(input_, columns, read, layer_.input().channels);
    plan.output_run = run_bytes(output_, layer_.output.width, columns_of(0), p_.channels);
    for (std::int64_t matrix = 0; matrix < p_.matrices; ++matrix) {
      if (pixels_are_outer()) {
        add_by_pixels(plan.steps);
      } else {
        add_by_channels(plan.steps);
      }
    }
    return plan;
  }

 private:
  // A multiple of the rows of the array: only the last fold of a layer may lack pixels.
  std::int64_t tile_pixels() const {
    const std::int64_t rows = array_.rows;
    std::int64_t folds = ceil_div(ceil_div(p_.pixels, kLeastTiles), rows);
    while (folds > 1 && !fits(folds * rows)) folds = ceil_div(folds, 2);
    return folds * rows;
  }

  std::int64_t columns_of(std::int64_t block) const {
    return std::min(array_.columns, p_.channels - block * array_.columns);
  }
  // Stored channels of the output that a block writes: every group of 16 is written once.
  std::int64_t written_channels(std::int64_t block) const {
    const std::int64_t begin = block * array_.columns;
    return stored_channels(begin + columns_of(block), output_) - stored_channels(begin, output_);
  }

  // Of an input row that a block reads.
  std::int64_t row_bytes(std::int64_t block) const {
    if (!p_.own_channels) {
      return p_.row_columns * stored_channels(layer_.input().channels, input_);
    }
    const std::int64_t begin = block * array_.columns, end = begin + columns_of(block);
    const std::int64_t channels = workloads::input_channels(layer_, {begin, end}).size();
    return p_.row_columns * stored_channels(channels, input_);
  }

  // Input rows that the tiles up to this one need, from the first on.
  std::int64_t rows_end(std::int64_t tile) const {
    const std::int64_t last = std::min((tile + 1) * tile_, p_.pixels) - 1;
    const std::int64_t first = last / p_.row_pixels * p_.window.stride_height;
    return std::clamp<std::int64_t>(first - p_.window.padding.top + p_.window.extent_height(), 0,
                                    p_.input_rows);
  }
  std::int64_t new_rows(std::int64_t tile) const {
    return rows_end(tile) - (tile == 0 ? 0 : rows_end(tile - 1));
  }

  std::int64_t weights_of(std::int64_t block) const { return p_.reduction * columns_of(block); }
  bool has_operand() const { return layer_.inputs.size() == 2; }
  std::int64_t operand_bytes(std::int64_t block) const {
    const bool transposed = std::get<workloads::MatMul>(layer_.op).transposed;
    return transposed ? columns_of(block) * stored_channels(p_.reduction, input_)
                      : p_.reduction * stored_channels(columns_of(block), input_);
  }

  std::int64_t all_inputs() const { return rows_end(tiles_ - 1) * row_bytes(0); }
  std::int64_t all_weights() const { return p_.reduction * p_.channels; }
  bool keeps_inputs() const {
    return blocks_ == 1 || all_inputs() <= array_.input_buffer_bytes / 2;
  }
  bool keeps_weights() const {
    return tiles_ == 1 || all_weights() <= array_.weight_buffer_bytes / 2;
  }
  bool pixels_are_outer() const {
    if (p_.own_channels) return false;  // each block has inputs of its own
    const double inputs = static_cast<double>(all_inputs());
    const double weights = static_cast<double>(all_weights());
    return inputs + weights * static_cast<double>(keeps_weights() ? 1 : tiles_) <
           weights + inputs * static_cast<double>(keeps_inputs() ? 1 : blocks_);
  }

  void add_by_channels(std::vector<SystolicStep>& steps) const {
    for (std::int64_t block = 0; block < blocks_; ++block) {
      const bool reads = block == 0 || p_.own_channels || !keeps_inputs();
      for (std::int64_t tile = 0; tile < tiles_; ++tile) add(steps, block, tile, reads, tile == 0);
    }
  }
  void add_by_pixels(std::vector<SystolicStep>& steps) const {
    for (std::int64_t tile = 0; tile < tiles_; ++tile) {
      const bool fetches = tile == 0 || !keeps_weights();
      for (std::int64_t block = 0; block < blocks_; ++block) {
        add(steps, block, tile, block == 0, fetches);
      }
    }
  }

  void add(std::vector<SystolicStep>& steps, std::int64_t block, std::int64_t tile, bool reads,
           bool fetches) const {
    const std::int64_t pixels = std::min(tile_, p_.pixels - tile * tile_);
    const std::int64_t folds =
        ceil_div(pixels, array_.rows) * (p_.own_channels ? columns_of(block) : 1);
    SystolicStep step;
    if (reads) step.input_bytes = new_rows(tile) * row_bytes(block);
    if (fetches) (has_operand() ? step.operand_bytes : step.weight_bytes) = block_bytes(block);
    step.output_bytes = pixels * written_channels(block);
    step.cycles = folds * fold_cycles(array_, p_.reduction);
    steps.push_back(step);
  }
  std::int64_t block_bytes(std::int64_t block) const {
    return has_operand() ? operand_bytes(block) : weights_of(block);
  }

  const platforms::Systolic& array_;
  const LayerShape& layer_;
  Layout input_, output_;
  Products p_;
  std::int64_t tile_ = 0, tiles_ = 0, blocks_ = 0;
};

// What is wrong with the operator; "" for one that the array knows.
std::string unknown_operator(const LayerShape& layer) {
  const workloads::Op& op = layer.op;
  if (const auto* const conv = std::get_if<workloads::Conv2d>(&op)) {
    if (conv->groups > 1) return "its convolution is in groups";
  } else if (!std::holds_alternative<workloads::DepthwiseConv2d>(op) &&
             !std::holds_alternative<workloads::Linear>(op) &&
             !std::holds_alternative<workloads::MatMul>(op)) {
    const bool products = workloads::macs(layer) > 0;
    return products ? "how it would run is not modelled" : "it has no products";
  }
  if (!workloads::is_lookup(workloads::activation_of(op))) return {};
  return fmt::format("it has no table for its activation, {}",
                     to_string(workloads::activation_of(op)));
}

}  // namespace

std::int64_t fold_cycles(const platforms::Systolic& array, std::int64_t reduction) {
  const std::int64_t drain = array.drain == platforms::Drain::exposed ? array.rows : 0;
  return array.rows + array.columns + reduction - 2 + drain;
}

std::string systolic_cannot_run(const platforms::Systolic& array, const LayerShape& layer) {
  std::string wrong = unknown_operator(layer);
  if (wrong.empty()) {
    const Products p = products_of(layer);
    const std::int64_t weights = p.reduction * std::min(array.columns, p.channels);
    if (weights > array.weight_buffer_bytes / 2) {
      wrong = fmt::format("weights of a fold take {} B, half of the weight buffer is {} B", weights,
                          array.weight_buffer_bytes / 2);
    } else if (!Planner(array, layer, Layout::nhcwb16, Layout::nhcwb16).fits(array.rows)) {
      wrong = "inputs or outputs of a fold do not fit half of their buffer";
    }
  }
  if (wrong.empty()) return {};
  return fmt::format("a systolic array cannot run {}: {}", workloads::op_name(layer.op), wrong);
}

SystolicPlan plan_systolic(const platforms::Systolic& array, const LayerShape& layer, Layout input,
                           Layout output) {
  return Planner(array, layer, input, output).plan();
}

}  // namespace h4h::models
