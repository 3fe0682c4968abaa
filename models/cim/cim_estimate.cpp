#include "models/cim/cim_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "models/memory/burst.hpp"

namespace h4h::models {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kPerSecond = static_cast<double>(kPicosecondsPerSecond);

// Bytes a picosecond.
double rate_of(std::int64_t bytes_per_second) {
  return static_cast<double>(bytes_per_second) / kPerSecond;
}

double stream_limit(const platforms::Memory& memory, std::int64_t outstanding) {
  return rate_of(std::min(memory.bandwidth, burst_rate(memory, outstanding)));
}

// One direction of the macros' traffic: a stream a tile, one after another.
struct Port {
  const platforms::Memory* memory = nullptr;
  double limit = 0;      // bytes a picosecond, of the memory and the bursts under way
  double latency = 0;    // from a request to the first byte
  std::size_t next = 0;  // tile
  double start = 0;      // of the stream that is next or under way; kNever: not known yet
  double previous = 0;   // start of the stream before
  double left = 0;       // bytes of the stream under way
  bool open = false;
  std::vector<double> end;  // of the streams that are through
};

class Recurrence {
 public:
  Recurrence(const platforms::Cim& cim, const CimStreams& streams,
             const std::vector<CimTile>& tiles)
      : cim_(cim),
        streams_(streams),
        tiles_(tiles),
        bandwidth_(rate_of(streams.noc.bandwidth)),
        half_duplex_(streams.noc.duplex == platforms::Duplex::half) {
    input_.memory = &streams.input;
    output_.memory = &streams.output;
    for (Port* port : {&input_, &output_}) {
      port->limit = stream_limit(*port->memory, cim.outstanding);
      port->end.reserve(tiles.size());
    }
    input_.latency = static_cast<double>(streams.input.latency_ps);
    computed_.reserve(tiles.size());
  }

  double run() {
    while (output_.end.size() < tiles_.size()) {
      settle();
      advance(std::min(next_event(input_), next_event(output_)));
    }
    return output_.end.back();
  }

 private:
  double warm_up() const { return static_cast<double>(streams_.noc.warm_up_ps); }
  // Everything that is known once the streams that ended have ended.
  void settle() {
    while (compute_next() || begin_next(input_, room_for_input()) ||
           begin_next(output_, computed_at(output_.next))) {
    }
  }

  // When tile `k` is computed; kNever where that is not known yet.
  double computed_at(std::size_t k) const {
    if (k >= computed_.size()) return kNever;
    return computed_[k];
  }

  bool compute_next() {
    const std::size_t k = computed_.size();
    if (k >= input_.end.size() || (k >= 2 && k - 2 >= output_.end.size())) return false;
    double begin = input_.end[k];
    if (k > 0) begin = std::max(begin, computed_[k - 1]);
    if (k >= 2) begin = std::max(begin, output_.end[k - 2]);
    computed_.push_back(begin + static_cast<double>(compute_time(cim_, tiles_[k]).count));
    return true;
  }

  double room_for_input() const { return input_.next < 2 ? 0.0 : computed_at(input_.next - 2); }

  std::int64_t bytes_of(const Port& port) const {
    const CimTile& tile = tiles_[port.next];
    return &port == &input_ ? tile.input_bytes : tile.output_bytes;
  }

  // Prepares the port's next stream where it is known since when it may go. A stream of no bytes
  // ends at once.
  bool begin_next(Port& port, double free_since) {
    if (port.open || port.next >= tiles_.size() || free_since == kNever) return false;
    const double called = std::max(free_since, port.end.empty() ? 0.0 : port.end.back());
    if (bytes_of(port) == 0) {
      port.end.push_back(called);
      ++port.next;
      return true;
    }
    const double requested = std::max({free_since, port.previous, warm_up()});
    port.start = std::max(called, requested + port.latency);
    const CimTile& tile = tiles_[port.next];
    const std::int64_t run = &port == &input_ ? tile.input_run : tile.output_run;
    port.left = static_cast<double>(occupied_bytes(*port.memory, bytes_of(port), run));
    port.open = true;
    return true;
  }

  bool flows(const Port& port) const { return port.open && port.start <= now_; }

  double rate(const Port& port) const {
    const Port& other = &port == &input_ ? output_ : input_;
    const double alone = std::min(bandwidth_, port.limit);
    if (!half_duplex_ || !flows(other)) return alone;
    // A tile's write is as urgent as the tile that waits for its half of the buffer.
    const std::size_t mine = order(port), theirs = order(other);
    const double other_alone = std::min(bandwidth_, other.limit);
    if (mine < theirs) return alone;
    if (mine > theirs) return std::min(port.limit, std::max(0.0, bandwidth_ - other_alone));
    const double half = bandwidth_ / 2;
    return std::min(port.limit, std::max(half, bandwidth_ - std::min(half, other.limit)));
  }

  std::size_t order(const Port& port) const { return &port == &input_ ? port.next : port.next + 2; }

  double next_event(const Port& port) const {
    if (!port.open) return kNever;
    if (!flows(port)) return port.start;
    const double r = rate(port);
    return r > 0 ? now_ + port.left / r : kNever;
  }

  void advance(double to) {
    const std::array<Port*, 2> ports{&input_, &output_};
    std::array<double, 2> moved{};
    std::array<bool, 2> ends{};
    for (std::size_t i = 0; i < 2; ++i) {
      if (!flows(*ports[i])) continue;
      ends[i] = next_event(*ports[i]) <= to;
      moved[i] = rate(*ports[i]) * (to - now_);
    }
    now_ = to;
    for (std::size_t i = 0; i < 2; ++i) {
      Port& port = *ports[i];
      port.left -= moved[i];
      if (!ends[i]) continue;
      port.open = false;
      port.previous = port.start;
      port.end.push_back(now_);
      ++port.next;
    }
  }

  const platforms::Cim& cim_;
  const CimStreams& streams_;
  const std::vector<CimTile>& tiles_;
  double bandwidth_;
  bool half_duplex_;
  double now_ = 0;
  Port input_, output_;
  std::vector<double> computed_;  // when each tile is computed
};

// No plan of this layer is faster: its steps, and its bytes on the link.
double lower_bound(const platforms::Cim& cim, const CimStreams& streams, const CimPlan& plan) {
  double computing = 0, input = 0, output = 0;
  for (const CimTile& tile : plan.tiles) {
    computing += static_cast<double>(compute_time(cim, tile).count);
    input += static_cast<double>(occupied_bytes(streams.input, tile.input_bytes, tile.input_run));
    output +=
        static_cast<double>(occupied_bytes(streams.output, tile.output_bytes, tile.output_run));
  }
  const double link = rate_of(streams.noc.bandwidth);
  const bool half = streams.noc.duplex == platforms::Duplex::half;
  return std::max({computing, (half ? input + output : std::max(input, output)) / link,
                   input / stream_limit(streams.input, cim.outstanding),
                   output / stream_limit(streams.output, cim.outstanding)});
}

}  // namespace

double estimate_cim(const platforms::Cim& cim, const CimStreams& streams,
                    const std::vector<CimTile>& tiles) {
  if (tiles.empty()) return 0;
  return Recurrence(cim, streams, tiles).run();
}

namespace {

// Assumption: the cut is the program's choice, not the chip's; this bounds the time of the search.
constexpr std::int64_t kMostTiles = 64;

// Bytes that a link moves while it turns around twice: 8 GB/s x 2 x 40 ns, the bandwidth and the
// warm-up of h4h-7nm. Assumption: the same on every platform, so that a better link does not cut
// shared layers another way.
constexpr double kBytesPerTurnaround = 640;

// Of a layer that two devices share: tiles for which what is hidden by more of them (an nth of the
// bytes) and the turnarounds that they cost are equal: bytes / n = n x kBytesPerTurnaround.
std::int64_t shared_tiles(const workloads::LayerShape& layer, Layout input, Layout output) {
  const std::int64_t bytes =
      stored_bytes(layer.input(), input) + stored_bytes(layer.output, output);
  const double tiles = std::sqrt(static_cast<double>(bytes) / kBytesPerTurnaround);
  return std::clamp<std::int64_t>(std::llround(tiles), 1, kMostTiles);
}

std::int64_t input_bytes(const CimPlan& plan) {
  std::int64_t bytes = 0;
  for (const CimTile& tile : plan.tiles) bytes += tile.input_bytes;
  return bytes;
}

// The best plan so far, and what it is estimated to take.
class Choice {
 public:
  Choice(const platforms::Cim& cim, const CimStreams& streams) : cim_(cim), streams_(streams) {}

  // Cuts of 1, 2, 4 .. tiles, each with 0, 1, 2 .. of `halvings` until they change nothing.
  template <typename Plan>
  void consider_halvings(Plan plan, std::int64_t CimCut::*halvings) {
    std::size_t finest = 0, coarsest = 0;
    for (CimCut cut; coarsest < static_cast<std::size_t>(kMostTiles); ++(cut.*halvings)) {
      std::size_t tiles = 0;
      for (cut.tiles = 1; cut.tiles <= kMostTiles && !is_close(); cut.tiles *= 2) {
        CimPlan next = plan(cut);
        if (next.tiles.size() == tiles) continue;
        tiles = next.tiles.size();
        if (cut.tiles == 1) coarsest = tiles;
        consider(std::move(next));
      }
      if (is_close() || std::exchange(finest, tiles) == tiles) return;
    }
  }
  CimPlan& best() { return best_; }

 private:
  // Gains that are worth more tiles, and more bytes. Assumption: half a percent, so
  // that nothing is cut finer for a gain that the estimate may have wrong; bytes that are read
  // twice cost energy and a link that others wait for, and just under 2 % of time is what a better
  // part may slow a layer by.
  static constexpr double kClose = 1.005, kWorthBytes = 1.019;

  // Keeps `plan` where it is better by enough to be worth its tiles, and the bytes that strips read
  // twice.
  void consider(CimPlan plan) {
    const double time = estimate_cim(cim_, streams_, plan.tiles);
    const std::int64_t bytes = input_bytes(plan);
    if (time * (bytes > bytes_ ? kWorthBytes : kClose) >= shortest_) return;
    shortest_ = time;
    bytes_ = bytes;
    best_ = std::move(plan);
    closest_ = kClose * lower_bound(cim_, streams_, best_);
  }
  // Whether nothing can be better by enough.
  bool is_close() const { return shortest_ <= closest_; }

  const platforms::Cim& cim_;
  const CimStreams& streams_;
  CimPlan best_;
  double shortest_ = kNever, closest_ = 0;
  std::int64_t bytes_ = INT64_MAX;
};

}  // namespace

CimPlan best_cim_plan(const platforms::Cim& cim, const CimStreams& streams, std::int64_t macros,
                      std::int64_t units, const workloads::LayerShape& layer, Layout input,
                      Layout output) {
  const auto plan = [&](const CimCut& cut) {
    return plan_cim(cim, macros, units, layer, input, output, cut);
  };
  if (streams.shared) return plan({shared_tiles(layer, input, output)});
  Choice choice(cim, streams);
  for (const auto halvings : {&CimCut::channel_halvings, &CimCut::column_halvings}) {
    choice.consider_halvings(plan, halvings);
  }
  return choice.best();
}

}  // namespace h4h::models
