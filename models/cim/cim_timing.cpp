#include "models/cim/cim_timing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

#include "models/cim/cim_attention.hpp"
#include "models/device/plan_size.hpp"

namespace h4h::models {
namespace {

using workloads::CimSupport;
using workloads::LayerShape;
using workloads::Shape;
using workloads::Window;

// Words that one group of `accumulators` output channels needs.
std::int64_t words_per_group(const platforms::Cim& cim, const LayerShape& layer) {
  const std::int64_t taps = workloads::window_of(layer.op).taps();
  if (reads_own_channels(layer)) return ceil_div(taps, cim.products);
  const std::int64_t channels = pixels_of_input(layer).channels;
  return taps == 1 ? ceil_div(channels, cim.products) : channels * ceil_div(taps, cim.products);
}

std::int64_t groups(const platforms::Cim& cim, const LayerShape& layer) {
  return ceil_div(layer.output.channels, cim.accumulators);
}

// Times that every group stands in the macros.
std::int64_t replicas(const platforms::Cim& cim, const LayerShape& layer, std::int64_t macros) {
  if (cim.replication == platforms::Replication::off) return 1;
  return std::max<std::int64_t>(1, macros / groups(cim, layer));
}

// Positions of [low, high) that `outputs` windows read along one axis, the first from `first` on.
// Windows that lie apart leave out what is between them.
std::int64_t touched(std::int64_t first, std::int64_t outputs, std::int64_t stride,
                     std::int64_t extent, std::int64_t low, std::int64_t high) {
  const auto inside = [&](std::int64_t begin, std::int64_t end) {
    return std::max<std::int64_t>(0, std::min(end, high) - std::max(begin, low));
  };
  if (stride <= extent) return inside(first, first + (outputs - 1) * stride + extent);
  std::int64_t sum = 0;
  for (std::int64_t o = 0; o < outputs; ++o) {
    sum += inside(first + o * stride, first + o * stride + extent);
  }
  return sum;
}

// Output channels that the macros take together, and what the feature maps store of them.
struct Slice {
  std::int64_t groups = 0, channels = 0;
  std::int64_t streamed = 0, written = 0;
  std::int64_t buffered = 0;  // of what is streamed, in the macro that holds the most
};

class Planner {
 public:
  Planner(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
          const LayerShape& layer, Layout input, Layout output, const CimCut& cut)
      : cim_(cim),
        macros_(macros),
        units_(units),
        cut_(cut),
        layer_(layer),
        output_(output),
        in_(pixels_of_input(layer)),
        input_(input),
        window_(workloads::window_of(layer.op)) {}

  CimPlan plan() {
    CimPlan plan;
    plan.macs = workloads::macs(layer_);
    plan.words = cim_words(cim_, layer_, macros_);
    plan.macros_busy = std::min(macros_, groups(cim_, layer_) * replicas(cim_, layer_, macros_));
    const std::int64_t each = slice_channels();
    const std::int64_t in_each_slice = ceil_div(cut_.tiles, ceil_div(layer_.output.channels, each));
    check_size(slice(0, std::min(each, layer_.output.channels)), in_each_slice);
    for (std::int64_t begin = 0; begin < layer_.output.channels; begin += each) {
      add_slice(plan.tiles, slice(begin, std::min(begin + each, layer_.output.channels)),
                in_each_slice);
    }
    return plan;
  }

 private:
  // Input channels that the first `outputs` output channels need.
  std::int64_t input_channels(std::int64_t outputs) const {
    if (!reads_own_channels(layer_)) return in_.channels;
    return workloads::input_channels(layer_, {0, outputs}).end;
  }

  // As many channels in every slice, where that takes no more rounds: a small rest streams in runs
  // that are short for the memory.
  std::int64_t even_channels(std::int64_t channels, std::int64_t round) const {
    const std::int64_t all = groups_of(layer_.output.channels);
    const std::int64_t slices = ceil_div(layer_.output.channels, channels);
    const std::int64_t each = ceil_div(all, slices);
    const bool same_rounds = slices * ceil_div(each, macros_) <= ceil_div(all, macros_);
    return same_rounds ? each * cim_.accumulators : round * ceil_div(channels, round);
  }

  std::int64_t groups_of(std::int64_t channels) const {
    return ceil_div(channels, cim_.accumulators);
  }

  Slice slice(std::int64_t begin, std::int64_t end) const {
    const auto stored_before = [&](std::int64_t channel) {
      return channel == 0 ? 0 : stored_channels(input_channels(channel), input_);
    };
    Slice s{groups_of(end - begin), end - begin, stored_before(end) - stored_before(begin),
            stored_channels(end, output_) - stored_channels(begin, output_), 0};
    s.buffered = std::min(s.streamed, buffered_channels(s.groups));
    return s;
  }

  // A macro keeps the channels that its own outputs read: all of them, but for depthwise layers.
  std::int64_t buffered_channels(std::int64_t groups) const {
    if (!reads_own_channels(layer_)) return INT64_MAX;
    const std::int64_t outputs = ceil_div(groups, macros_) * cim_.accumulators;
    return stored_channels(input_channels(outputs), input_);
  }

  // All channels; of a depthwise layer, whose outputs share no input, as many as let
  // a row of each macro's channels fit its half buffer, in whole rounds over the macros. Strips
  // would read columns twice. Halved as often as that takes, and as `cut` says.
  std::int64_t slice_channels() const {
    std::int64_t halvings = cut_.channel_halvings;
    const std::int64_t round = macros_ * cim_.accumulators;
    std::int64_t channels = layer_.output.channels;
    if (!reads_own_channels(layer_)) return channels;
    const auto fits = [&] {
      return row_bytes(layer_.output.width, slice(0, channels)) <= half_buffer();
    };
    while (channels > round && (!fits() || halvings > 0)) {
      if (fits()) --halvings;
      channels = ceil_div(ceil_div(channels, round), 2) * round;
    }
    channels = std::min(channels, even_channels(channels, round));
    // Less than a round leaves macros without work, but lets them begin before all input is there.
    for (; channels > cim_.accumulators && halvings > 0; --halvings) {
      channels = ceil_div(groups_of(channels), 2) * cim_.accumulators;
    }
    return channels;
  }

  std::int64_t half_buffer() const { return cim_.stream_buffer_bytes / 2; }

  // Input columns inside the feature map that outputs [x, x + columns) read.
  std::int64_t input_columns(std::int64_t x, std::int64_t columns) const {
    return touched(x * window_.stride_width - window_.padding.left, columns, window_.stride_width,
                   window_.extent_width(), 0, in_.width);
  }

  // New input that one more output row of `columns` outputs takes in the buffer of a macro.
  std::int64_t row_bytes(std::int64_t columns, const Slice& slice) const {
    const std::int64_t width =
        touched(0, columns, window_.stride_width, window_.extent_width(), 0, in_.width);
    const std::int64_t rows = std::min(window_.stride_height, window_.extent_height());
    return std::min(rows, in_.height) * width * slice.buffered;
  }

  // Whole rows where they fit the half buffer, else the widest strip that does; halved further as
  // `cut` says.
  std::int64_t strip_columns(const Slice& slice) const {
    std::int64_t halvings = cut_.column_halvings;
    std::int64_t columns = layer_.output.width;
    const auto fits = [&] { return row_bytes(columns, slice) <= half_buffer(); };
    while (columns > 1 && (!fits() || halvings > 0)) {
      if (fits()) --halvings;
      columns = ceil_div(columns, 2);
    }
    return columns;
  }

  // By the tiles of the first slice.
  void check_size(const Slice& first, std::int64_t wanted) const {
    const std::int64_t width = layer_.output.width, columns = strip_columns(first);
    const std::int64_t strips = ceil_div(width, columns);
    const std::int64_t rows = tile_rows(columns, first, ceil_div(wanted, strips));
    check_plan_size(static_cast<double>(ceil_div(layer_.output.channels, first.channels)) *
                    static_cast<double>(strips) *
                    static_cast<double>(ceil_div(layer_.output.height, rows)));
  }

  void add_slice(std::vector<CimTile>& tiles, const Slice& slice, std::int64_t wanted) const {
    const std::int64_t width = layer_.output.width, columns = strip_columns(slice);
    for (std::int64_t x = 0; x < width; x += columns) {
      add_strip(tiles, slice, x, std::min(columns, width - x),
                ceil_div(wanted, ceil_div(width, columns)));
    }
  }

  std::int64_t tile_rows(std::int64_t columns, const Slice& slice, std::int64_t wanted) const {
    const std::int64_t fit = half_buffer() / std::max<std::int64_t>(1, row_bytes(columns, slice));
    return largest_part(layer_.output.height, wanted, fit);
  }

  void add_strip(std::vector<CimTile>& tiles, const Slice& slice, std::int64_t x,
                 std::int64_t columns, std::int64_t wanted) const {
    const std::int64_t height = layer_.output.height, each = tile_rows(columns, slice, wanted);
    // Earlier tiles left these in line buffers. Assumption: of any size.
    std::int64_t streamed_rows = 0;
    for (std::int64_t y = 0; y < height; y += each) {
      const std::int64_t rows = std::min(each, height - y);
      const std::int64_t first = y * window_.stride_height - window_.padding.top;
      CimTile tile = compute(slice, rows, columns);
      tile.input_bytes = touched(first, rows, window_.stride_height, window_.extent_height(),
                                 streamed_rows, in_.height) *
                         input_columns(x, columns) * slice.streamed;
      tile.output_bytes = rows * columns * slice.written;
      tile.input_run = run_bytes(input_, input_columns(x, columns), slice.streamed, in_.channels);
      // A macro writes the channels of one group at a time.
      tile.output_run = run_bytes(output_, columns, std::min(slice.channels, cim_.accumulators),
                                  layer_.output.channels);
      tiles.push_back(tile);
      const std::int64_t last =
          first + (rows - 1) * window_.stride_height + window_.extent_height();
      streamed_rows = std::clamp<std::int64_t>(last, streamed_rows, in_.height);
    }
  }

  // A held word leaves the sums of every output to the next: all but the first word read them back,
  // all but the last keep them.
  std::int64_t kept_sum_bytes(std::int64_t words, std::int64_t outputs) const {
    constexpr std::int64_t kSumBytes = 4;  // assumption: sums of 8 b x 8 b products take 32 bits
    return 2 * (words - 1) * outputs * cim_.accumulators * kSumBytes;
  }

  CimTile compute(const Slice& slice, std::int64_t rows, std::int64_t columns) const {
    const bool tokens = window_.taps() == 1;  // any adjacent outputs share a word, not just a row's
    const std::int64_t positions =
        tokens ? ceil_div(rows * columns, units_) : rows * ceil_div(columns, units_);
    const std::int64_t words = words_per_group(cim_, layer_);
    const std::int64_t copies = replicas(cim_, layer_, macros_);
    const std::int64_t fullest = ceil_div(slice.groups, macros_) * words;
    const bool held = cim_.word_hold == platforms::WordHold::tile;
    CimTile tile;
    tile.steps = fullest * ceil_div(positions, copies);
    tile.fullest_reads = held ? fullest : tile.steps;
    tile.word_reads = slice.groups * words * (held ? std::min(copies, positions) : positions);
    tile.conversions = slice.groups * words * rows * columns * cim_.accumulators;
    const std::int64_t reads =
        tokens ? rows * columns : rows * ifmp_row_reads(window_, columns, units_);
    const std::int64_t channels =
        reads_own_channels(layer_) ? slice.channels : in_.channels * slice.groups;
    tile.operand_bytes = reads * channels + rows * columns * slice.channels;
    if (held) tile.operand_bytes += kept_sum_bytes(words, slice.groups * rows * columns);
    return tile;
  }

  const platforms::Cim& cim_;
  std::int64_t macros_, units_;
  CimCut cut_;
  const LayerShape& layer_;
  Layout output_;
  Shape in_;
  Layout input_;
  Window window_;
};

}  // namespace

bool reads_own_channels(const LayerShape& layer) {
  return workloads::channel_use(layer.op) == workloads::ChannelUse::own;
}

Shape pixels_of_input(const LayerShape& layer) {
  const bool vector = workloads::channel_use(layer.op) == workloads::ChannelUse::whole_input;
  return vector ? Shape{1, 1, layer.input().elements()} : layer.input();
}

bool cim_can_run(const platforms::Cim& cim, const LayerShape& layer) {
  switch (workloads::cim_support(layer.op)) {
    case CimSupport::none:
      return false;
    case CimSupport::weights:
      return !workloads::is_lookup(workloads::activation_of(layer.op));
    case CimSupport::attention:
      return cim_attention_bytes(layer) <= cim.operand_buffer_bytes;
  }
  return false;
}

std::string cim_cannot_run(const platforms::Cim& cim, const LayerShape& layer) {
  if (cim_can_run(cim, layer)) return {};
  const std::string what = fmt::format("macros cannot run {}: ", workloads::op_name(layer.op));
  switch (workloads::cim_support(layer.op)) {
    case CimSupport::none:
      break;
    case CimSupport::weights:
      return what + fmt::format("they have no table for its activation, {}",
                                to_string(workloads::activation_of(layer.op)));
    case CimSupport::attention:
      return what + fmt::format(
                        "keys and values of a head take {} B twice, while the next ones "
                        "come; cim.dynamic_operands.size is {} B",
                        cim_attention_bytes(layer) / 2, cim.operand_buffer_bytes);
  }
  if (!workloads::has_weights(layer.op)) return what + "it has no weights";
  return what + "how they would hold its weights is not modelled";
}

std::int64_t cim_share_unit(const platforms::Cim& cim, const LayerShape& layer) {
  return std::lcm(cim.accumulators, workloads::split_unit(layer));
}

std::int64_t cim_words(const platforms::Cim& cim, const LayerShape& layer, std::int64_t macros) {
  if (!workloads::has_weights(layer.op)) return 0;
  return groups(cim, layer) * words_per_group(cim, layer) * replicas(cim, layer, macros);
}

std::int64_t cim_words_per_macro(const platforms::Cim& cim, const LayerShape& layer,
                                 std::int64_t macros) {
  if (!workloads::has_weights(layer.op)) return 0;
  return ceil_div(groups(cim, layer), macros) * words_per_group(cim, layer);
}

std::int64_t ifmp_reads(const Window& window, std::int64_t outputs) {
  std::set<std::int64_t> columns;
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t k = 0; k < window.kernel_width; ++k) {
      columns.insert(o * window.stride_width + k * window.dilation_width);
    }
  }
  return window.kernel_height * static_cast<std::int64_t>(columns.size());
}

std::int64_t ifmp_row_reads(const Window& window, std::int64_t width, std::int64_t units) {
  const std::int64_t whole = width / units;
  const std::int64_t rest = width % units;
  return whole * ifmp_reads(window, units) + (rest > 0 ? ifmp_reads(window, rest) : 0);
}

std::int64_t largest_part(std::int64_t whole, std::int64_t parts, std::int64_t fit) {
  std::int64_t part = ceil_div(whole, parts);
  for (; part > std::max<std::int64_t>(1, fit); parts *= 2) part = ceil_div(whole, 2 * parts);
  return part;
}

CimPlan plan_cim(const platforms::Cim& cim, std::int64_t macros, std::int64_t units,
                 const LayerShape& layer, Layout input, Layout output, const CimCut& cut) {
  CimPlan plan = workloads::cim_support(layer.op) == CimSupport::attention
                     ? plan_cim_attention(cim, macros, units, layer, input, output, cut)
                     : Planner(cim, macros, units, layer, input, output, cut).plan();
  for (const CimTile& tile : plan.tiles) compute_time(cim, tile);  // throws before a kernel runs
  return plan;
}

Picoseconds compute_time(const platforms::Cim& cim, const CimTile& tile) {
  Wide time = Wide{tile.operand_steps} * cim.step_ps + Wide{tile.scores} * cim.softmax_ps;
  if (tile.steps > 0) {
    time += std::max(Wide{tile.steps} * cim.step_ps, Wide{tile.fullest_reads} * cim.read_time_ps) +
            cim.read_time_ps;
  }
  // Far beyond any real layer, and far from overflow.
  constexpr Wide kHour = Wide{3600} * kPicosecondsPerSecond;
  if (time > kHour) throw std::overflow_error("a CIM tile takes more than an hour of chip time");
  return {static_cast<std::int64_t>(time)};
}

}  // namespace h4h::models
