#include "models/noc/link_timing.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

constexpr std::int64_t kOpen = -1;  // a share not decided yet

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

// Decides the shares of streams that stand in the order of their work: each one's depends on itself
// and on those before it and beside it. There are few streams at a time, so what is left of a
// memory is summed up where it is asked for. Nothing is allocated.
template <typename Stream>  // has `demand` and `share`
class Sharing {
 public:
  Sharing(std::vector<Stream>& streams, std::int64_t bandwidth, platforms::Duplex duplex)
      : streams_(streams.data()),
        count_(streams.size()),
        half_(duplex == platforms::Duplex::half),
        left_{bandwidth, bandwidth} {}

  // Work before `order` keeps the shares that it has.
  void run(std::int64_t order) {
    std::size_t begin = 0;
    for (; begin < count_ && demand(begin).order < order; ++begin) take(begin);
    for (std::size_t end = begin; begin < count_; begin = end) {
      ++end;
      while (end < count_ && demand(end).order == demand(begin).order) ++end;
      if (end == begin + 1) {
        fix(begin, alone(begin));
      } else {
        fill(begin, end);
      }
    }
  }

 private:
  const StreamDemand& demand(std::size_t i) const { return streams_[i].demand; }
  bool is_open(std::size_t i) const { return streams_[i].share == kOpen; }

  // What is left of the link that the stream uses.
  std::int64_t& link(std::size_t i) {
    return left_[!half_ && demand(i).direction == Direction::write ? 1 : 0];
  }
  void take(std::size_t i) { link(i) -= streams_[i].share; }
  void fix(std::size_t i, std::int64_t share) {
    streams_[i].share = share;
    take(i);
  }

  bool share_link(std::size_t i, std::size_t j) const {
    return half_ || demand(i).direction == demand(j).direction;
  }
  bool share_memory(std::size_t i, std::size_t j) const {
    return demand(i).memory == demand(j).memory && demand(i).direction == demand(j).direction;
  }

  // What those before `i` leave it.
  std::int64_t alone(std::size_t i) {
    if (link(i) == 0) return 0;
    std::int64_t memory = demand(i).memory_bandwidth;
    for (std::size_t j = 0; j < i; ++j) {
      if (share_memory(i, j)) memory -= streams_[j].share;
    }
    return std::min(std::min(link(i), memory), demand(i).limit);
  }

  // Progressive filling among streams of equal order: the scarcest resource fixes the share of its
  // users, and so on with what is left.
  void fill(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) streams_[i].share = kOpen;
    for (std::size_t open = end - begin; open > 0;) {
      Scarcest scarcest;
      for (std::size_t i = begin; i < end; ++i) {
        if (is_open(i)) consider(scarcest, i, begin, end);
      }
      for (std::size_t i = begin; i < end; ++i) {
        if (!is_open(i) || !uses(i, scarcest)) continue;
        fix(i, scarcest.share);
        --open;
      }
    }
  }

  // The equal parts that an open stream gets of what it uses.
  void consider(Scarcest& scarcest, std::size_t i, std::size_t begin, std::size_t end) {
    std::int64_t memory = demand(i).memory_bandwidth, on_link = 0, on_memory = 0;
    for (std::size_t j = 0; j < end; ++j) {
      const bool open = j >= begin && is_open(j);
      if (open && share_link(i, j)) ++on_link;
      if (!share_memory(i, j)) continue;
      if (open) {
        ++on_memory;
      } else {
        memory -= streams_[j].share;
      }
    }
    scarcest.consider(link(i) / on_link, half_ ? Resource::link : Resource::link_of_direction, i);
    scarcest.consider(memory / on_memory, Resource::memory, i);
    scarcest.consider(demand(i).limit, Resource::limit, i);
  }

  bool uses(std::size_t i, const Scarcest& scarcest) const {
    switch (scarcest.resource) {
      case Resource::limit:
        return i == scarcest.stream;
      case Resource::memory:
        return share_memory(i, scarcest.stream);
      case Resource::link_of_direction:
      case Resource::link:
        return share_link(i, scarcest.stream);
    }
    return false;
  }

  Stream* streams_;
  std::size_t count_;
  bool half_;
  std::int64_t left_[2];  // of the link, in each direction; of a half-duplex one the first is all
};

}  // namespace

std::vector<std::int64_t> fair_rates(const std::vector<StreamDemand>& streams,
                                     std::int64_t bandwidth, platforms::Duplex duplex) {
  struct Rated {
    StreamDemand demand;
    std::size_t place;
    std::int64_t share;
  };
  std::vector<Rated> rated;
  for (const StreamDemand& stream : streams) rated.push_back({stream, rated.size(), 0});
  std::stable_sort(rated.begin(), rated.end(),
                   [](const Rated& a, const Rated& b) { return a.demand.order < b.demand.order; });
  Sharing<Rated>(rated, bandwidth, duplex).run(INT64_MIN);
  std::vector<std::int64_t> rates(streams.size());
  for (const Rated& stream : rated) rates[stream.place] = stream.share;
  return rates;
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

void SharedLink::open(Picoseconds now, StreamId id, const StreamDemand& demand) {
  advance(now);
  std::size_t place = streams_.size();
  while (place > 0 && streams_[place - 1].demand.order > demand.order) --place;
  streams_.insert(streams_.begin() + static_cast<std::ptrdiff_t>(place),
                  {id, demand, 0, 0, Wide{demand.bytes} * kPicosecondsPerSecond, now,
                   demand.bytes > 0 ? kNever : now});
  share_from(demand.order);
}

const std::vector<SharedLink::StreamId>& SharedLink::close_finished(Picoseconds now) {
  advance(now);
  finished_.clear();
  const auto done = [&](const Stream& stream) { return stream.finish <= now; };
  const auto first = std::find_if(streams_.begin(), streams_.end(), done);
  if (first == streams_.end()) return finished_;
  const std::int64_t order = first->demand.order;
  auto kept = first;
  for (auto stream = first; stream != streams_.end(); ++stream) {
    if (done(*stream)) {
      finished_.push_back(stream->id);
    } else {
      *kept++ = *stream;
    }
  }
  streams_.erase(kept, streams_.end());
  share_from(order);
  return finished_;
}

std::optional<Picoseconds> SharedLink::next_finish() const {
  if (streams_.empty()) return std::nullopt;
  Picoseconds soonest = kNever;
  for (const Stream& stream : streams_) soonest = std::min(soonest, stream.finish);
  return soonest;
}

void SharedLink::advance(Picoseconds now) {
  if (!streams_.empty()) busy_ += now - now_;
  now_ = now;
}

void SharedLink::share_from(std::int64_t order) {
  Sharing<Stream>(streams_, bandwidth_, duplex_).run(order);
  for (Stream& stream : streams_) {
    if (stream.share != stream.rate) change_rate(stream);
  }
}

// What has passed so far passed at the rate before.
void SharedLink::change_rate(Stream& stream) {
  stream.left -= Wide{stream.rate} * (now_ - stream.since).count;
  stream.since = now_;
  stream.rate = stream.share;
  const bool moves = stream.rate > 0 || stream.left <= 0;  // or it waits for earlier work
  stream.finish = moves ? now_ + Picoseconds{wait_of(stream.left, stream.rate)} : kNever;
}

}  // namespace h4h::models
