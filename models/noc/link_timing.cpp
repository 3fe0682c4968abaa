#include "models/noc/link_timing.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

constexpr std::int64_t kOpen = -1;  // a rate not decided yet

// What limits a stream. Where two are equally scarce the first one of the list decides, which
// matters to what division rounds away.
enum class Resource { link_of_direction, memory, limit, link };

struct Scarcest {
  std::int64_t share = INT64_MAX;
  Resource resource = Resource::limit;
  std::size_t stream = 0;  // a user of it

  void consider(std::int64_t other_share, Resource other, std::size_t user) {
    if (other_share > share || (other_share == share && other >= resource)) return;
    share = other_share;
    resource = other;
    stream = user;
  }
};

// Decides the rates of streams, which `Streams` gives by index: `demand(i)` and `rate(i)`. There
// are few streams at a time, so what is left of a resource is summed up where it is asked for, and
// nothing is allocated.
template <typename Streams>
class Sharing {
 public:
  Sharing(Streams& streams, std::size_t count, std::int64_t bandwidth, platforms::Duplex duplex)
      : streams_(streams),
        count_(count),
        bandwidth_(bandwidth),
        half_(duplex == platforms::Duplex::half) {}

  void run() {
    for (std::size_t i = 0; i < count_; ++i) streams_.rate(i) = kOpen;
    for (std::size_t open = count_; open > 0;) open -= fill(earliest());
  }

 private:
  bool is_open(std::size_t i) const { return streams_.rate(i) == kOpen; }
  bool takes_part(std::size_t i, std::int64_t order) const {
    return is_open(i) && streams_.demand(i).order == order;
  }

  std::int64_t earliest() const {
    std::int64_t order = INT64_MAX;
    for (std::size_t i = 0; i < count_; ++i) {
      if (is_open(i)) order = std::min(order, streams_.demand(i).order);
    }
    return order;
  }

  bool shares_link(const StreamDemand& a, const StreamDemand& b) const {
    return half_ || a.direction == b.direction;
  }
  static bool shares_memory(const StreamDemand& a, const StreamDemand& b) {
    return a.direction == b.direction && a.memory == b.memory;
  }

  // A step of progressive filling among the open streams of `order`: the scarcest resource fixes
  // the rate of its users. Returns how many these are.
  std::size_t fill(std::int64_t order) {
    Scarcest scarcest;
    for (std::size_t i = 0; i < count_; ++i) {
      if (takes_part(i, order)) consider(scarcest, i);
    }
    std::size_t fixed = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!takes_part(i, order) || !uses(i, scarcest)) continue;
      streams_.rate(i) = scarcest.share;
      ++fixed;
    }
    return fixed;
  }

  // What the stream gets an equal part of.
  void consider(Scarcest& scarcest, std::size_t i) const {
    const StreamDemand& own = streams_.demand(i);
    std::int64_t link = bandwidth_, memory = own.memory_bandwidth, on_link = 0, on_memory = 0;
    for (std::size_t j = 0; j < count_; ++j) {
      const StreamDemand& other = streams_.demand(j);
      if (!shares_link(own, other)) continue;
      const bool same_memory = shares_memory(own, other);
      if (!is_open(j)) {
        link -= streams_.rate(j);
        if (same_memory) memory -= streams_.rate(j);
      } else if (other.order == own.order) {
        ++on_link;
        if (same_memory) ++on_memory;
      }
    }
    if (on_link > 1) {
      link /= on_link;
      memory /= on_memory;
    }
    scarcest.consider(link, half_ ? Resource::link : Resource::link_of_direction, i);
    scarcest.consider(memory, Resource::memory, i);
    scarcest.consider(own.limit, Resource::limit, i);
  }

  bool uses(std::size_t i, const Scarcest& scarcest) const {
    if (i == scarcest.stream) return true;
    const StreamDemand &own = streams_.demand(i), &other = streams_.demand(scarcest.stream);
    switch (scarcest.resource) {
      case Resource::limit:
        return false;
      case Resource::memory:
        return shares_memory(own, other);
      case Resource::link_of_direction:
      case Resource::link:
        return shares_link(own, other);
    }
    return false;
  }

  Streams& streams_;
  std::size_t count_;
  std::int64_t bandwidth_;
  bool half_;
};

}  // namespace

std::vector<std::int64_t> fair_rates(const std::vector<StreamDemand>& streams,
                                     std::int64_t bandwidth, platforms::Duplex duplex) {
  struct Demands {
    const std::vector<StreamDemand>& demands;
    std::vector<std::int64_t> rates;
    const StreamDemand& demand(std::size_t i) const { return demands[i]; }
    std::int64_t& rate(std::size_t i) { return rates[i]; }
  };
  Demands demands{streams, std::vector<std::int64_t>(streams.size())};
  Sharing<Demands>(demands, streams.size(), bandwidth, duplex).run();
  return demands.rates;
}

void SharedLink::open(Picoseconds now, StreamId id, const StreamDemand& demand) {
  advance(now);
  streams_.push_back({id, demand, 0, Wide{demand.bytes} * kPicosecondsPerSecond});
  share();
}

const std::vector<SharedLink::StreamId>& SharedLink::close_finished(Picoseconds now) {
  advance(now);
  finished_.clear();
  for (const Stream& stream : streams_) {
    if (stream.left <= 0) finished_.push_back(stream.id);
  }
  if (finished_.empty()) return finished_;
  const auto done = [](const Stream& stream) { return stream.left <= 0; };
  streams_.erase(std::remove_if(streams_.begin(), streams_.end(), done), streams_.end());
  share();
  return finished_;
}

namespace {

// Until the last byte has passed, rounded up.
std::int64_t wait_of(Wide left, std::int64_t rate) {
  if (left <= 0) return 0;
  const Wide sum = left + rate - 1;
  // Divided as 64 bits where it fits, which takes a fraction of the time.
  const Wide wait = sum <= INT64_MAX ? Wide{static_cast<std::int64_t>(sum) / rate} : sum / rate;
  return static_cast<std::int64_t>(std::min<Wide>(wait, INT64_MAX / 2));
}

}  // namespace

std::optional<Picoseconds> SharedLink::next_finish() const {
  if (streams_.empty()) return std::nullopt;
  std::int64_t soonest = INT64_MAX;
  for (const Stream& stream : streams_) {
    if (stream.left > 0 && stream.rate == 0) continue;  // waits for earlier work
    soonest = std::min(soonest, wait_of(stream.left, stream.rate));
  }
  return now_ + Picoseconds{soonest};
}

void SharedLink::advance(Picoseconds now) {
  const Picoseconds passed = now - now_;
  if (!streams_.empty()) busy_ += passed;
  for (Stream& stream : streams_) stream.left -= Wide{stream.rate} * passed.count;
  now_ = now;
}

void SharedLink::share() {
  struct Open {
    std::vector<Stream>& streams;
    const StreamDemand& demand(std::size_t i) const { return streams[i].demand; }
    std::int64_t& rate(std::size_t i) { return streams[i].rate; }
  };
  Open open{streams_};
  Sharing<Open>(open, streams_.size(), bandwidth_, duplex_).run();
}

}  // namespace h4h::models
