#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "models/noc/link_timing.hpp"

// Progressive filling as a textbook writes it down, with a list of resources: slow, and so plain
// that fair_rates is held against it.
namespace h4h::models {

// A capacity and the streams that draw on it.
struct Resource {
  std::int64_t capacity;
  std::vector<std::size_t> users;
};

inline std::vector<Resource> resources(const std::vector<StreamDemand>& streams,
                                       std::int64_t bandwidth, platforms::Duplex duplex) {
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

// fair_rates with a list of every resource and its users.
inline std::vector<std::int64_t> listed_rates(const std::vector<StreamDemand>& streams,
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

}  // namespace h4h::models
