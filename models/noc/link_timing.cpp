#include "models/noc/link_timing.hpp"

#include <algorithm>
#include <iterator>

namespace h4h::models {
namespace {

// A capacity and the streams that draw on it.
struct Resource {
  std::int64_t capacity;
  std::vector<std::size_t> users;
};

std::vector<Resource> resources(const std::vector<StreamDemand>& streams, std::int64_t bandwidth,
                                platforms::Duplex duplex) {
  std::vector<Resource> all;
  const auto add = [&](std::int64_t capacity, auto uses) {
    Resource resource{capacity, {}};
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (uses(streams[i])) resource.users.push_back(i);
    }
    if (!resource.users.empty()) all.push_back(resource);
  };
  for (const Direction direction : {Direction::read, Direction::write}) {
    if (duplex == platforms::Duplex::full) {
      add(bandwidth, [&](const StreamDemand& s) { return s.direction == direction; });
    }
    std::vector<std::size_t> memories;
    for (const StreamDemand& stream : streams) {
      const bool seen =
          std::find(memories.begin(), memories.end(), stream.memory) != memories.end();
      if (seen || stream.direction != direction) continue;
      memories.push_back(stream.memory);
      add(stream.memory_bandwidth, [&](const StreamDemand& s) {
        return s.direction == direction && s.memory == stream.memory;
      });
    }
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].limit < bandwidth) all.push_back({streams[i].limit, {i}});
  }
  if (duplex == platforms::Duplex::half) add(bandwidth, [](const StreamDemand&) { return true; });
  return all;
}

constexpr std::int64_t kOpen = -1;  // a rate not decided yet

// Progressive filling among the streams that `takes_part`: the scarcest resource fixes its users'
// rate, and so on with what is left.
template <typename TakesPart>
void fill(std::vector<Resource>& all, std::vector<std::int64_t>& rates, TakesPart takes_part) {
  const auto is_open = [&](std::size_t i) { return rates[i] == kOpen && takes_part(i); };
  while (true) {
    const Resource* scarcest = nullptr;
    std::int64_t share = 0;
    for (const Resource& resource : all) {
      const auto users = std::count_if(resource.users.begin(), resource.users.end(), is_open);
      if (users == 0) continue;
      const std::int64_t each = resource.capacity / users;
      if (scarcest == nullptr || each < share) {
        scarcest = &resource;
        share = each;
      }
    }
    if (scarcest == nullptr) return;
    std::vector<std::size_t> fixed;
    std::copy_if(scarcest->users.begin(), scarcest->users.end(), std::back_inserter(fixed),
                 is_open);
    for (const std::size_t i : fixed) {
      rates[i] = share;
      for (Resource& resource : all) {
        const auto& users = resource.users;
        if (std::find(users.begin(), users.end(), i) != users.end()) resource.capacity -= share;
      }
    }
  }
}

}  // namespace

std::vector<std::int64_t> fair_rates(const std::vector<StreamDemand>& streams,
                                     std::int64_t bandwidth, platforms::Duplex duplex) {
  std::vector<std::int64_t> rates(streams.size(), kOpen);
  std::vector<Resource> all = resources(streams, bandwidth, duplex);
  std::vector<std::int64_t> orders;
  for (const StreamDemand& stream : streams) orders.push_back(stream.order);
  std::sort(orders.begin(), orders.end());
  orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
  for (const std::int64_t order : orders) {
    fill(all, rates, [&](std::size_t i) { return streams[i].order == order; });
  }
  return rates;
}

SharedLink::StreamId SharedLink::open(Picoseconds now, const StreamDemand& demand) {
  advance(now);
  streams_.push_back({next_, demand, Wide{demand.bytes} * kPicosecondsPerSecond, 0});
  share();
  return next_++;
}

std::vector<SharedLink::StreamId> SharedLink::close_finished(Picoseconds now) {
  advance(now);
  std::vector<StreamId> finished;
  for (const Stream& stream : streams_) {
    if (stream.left <= 0) finished.push_back(stream.id);
  }
  const auto done = [](const Stream& stream) { return stream.left <= 0; };
  streams_.erase(std::remove_if(streams_.begin(), streams_.end(), done), streams_.end());
  if (!finished.empty()) share();
  return finished;
}

std::optional<Picoseconds> SharedLink::next_finish() const {
  if (streams_.empty()) return std::nullopt;
  std::int64_t soonest = INT64_MAX;
  for (const Stream& stream : streams_) {
    if (stream.left > 0 && stream.rate == 0) continue;  // waits for earlier work
    const Wide wait = stream.left <= 0 ? 0 : (stream.left + stream.rate - 1) / stream.rate;
    soonest = std::min(soonest, static_cast<std::int64_t>(std::min<Wide>(wait, INT64_MAX / 2)));
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
  std::vector<StreamDemand> demands;
  for (const Stream& stream : streams_) demands.push_back(stream.demand);
  const std::vector<std::int64_t> rates = fair_rates(demands, bandwidth_, duplex_);
  for (std::size_t i = 0; i < streams_.size(); ++i) streams_[i].rate = rates[i];
}

}  // namespace h4h::models
