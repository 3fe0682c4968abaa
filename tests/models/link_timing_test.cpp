#include "models/noc/link_timing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/models/listed_rates.hpp"

namespace h4h::models {
namespace {

using platforms::Duplex;
constexpr std::int64_t kGB = 1'000'000'000;

StreamDemand demand(std::int64_t bytes, Direction direction = Direction::read,
                    std::size_t memory = 0, std::int64_t memory_bandwidth = 100 * kGB) {
  return {direction, bytes, memory, memory_bandwidth};
}

TEST(SharedLink, ALoneStreamTakesItsBytesOverTheBandwidthRoundedUpOnce) {
  for (const std::int64_t bytes : {1, 3, 1000, 123457}) {
    for (const std::int64_t bandwidth : {8 * kGB, 4 * kGB, 2'440'000'000l, 7l * 1000003}) {
      SharedLink link(bandwidth, Duplex::half);
      link.open({500}, 0, demand(bytes));
      EXPECT_EQ(*link.next_finish(), Picoseconds{500} + transfer_time(bytes, bandwidth));
    }
  }
}

TEST(SharedLink, TwoStreamsShareUntilTheShorterEnds) {
  SharedLink link(8 * kGB, Duplex::half);
  link.open({0}, 0, demand(1000));
  link.open({0}, 1, demand(3000));
  ASSERT_EQ(*link.next_finish(), (Picoseconds{250'000}));  // 1000 B at 4 GB/s
  EXPECT_EQ(link.close_finished({250'000}), std::vector<SharedLink::StreamId>{0});
  EXPECT_EQ(*link.next_finish(), (Picoseconds{500'000}));  // 4000 B at 8 GB/s in all
  EXPECT_EQ(link.close_finished({500'000}), std::vector<SharedLink::StreamId>{1});
  EXPECT_FALSE(link.next_finish());
  EXPECT_EQ(link.busy(), (Picoseconds{500'000}));
}

TEST(SharedLink, AFullDuplexLinkCarriesBothDirectionsAtOnce) {
  SharedLink half(8 * kGB, Duplex::half), full(8 * kGB, Duplex::full);
  for (SharedLink* link : {&half, &full}) {
    link->open({0}, 0, demand(1000, Direction::read));
    link->open({0}, 1, demand(1000, Direction::write));
  }
  EXPECT_EQ(*full.next_finish(), (Picoseconds{125'000}));
  EXPECT_EQ(*half.next_finish(), (Picoseconds{250'000}));
}

TEST(FairRates, ASlowMemoryLeavesTheRestOfTheLinkToOthers) {
  const auto rates = fair_rates({demand(1, Direction::read, 0), demand(1, Direction::read, 1, kGB)},
                                8 * kGB, Duplex::half);
  EXPECT_EQ(rates, (std::vector<std::int64_t>{7 * kGB, kGB}));
}

TEST(FairRates, StreamsOfOneMemoryShareItsBandwidth) {
  const auto rates =
      fair_rates({demand(1, Direction::read, 0, 2 * kGB), demand(1, Direction::read, 0, 2 * kGB)},
                 8 * kGB, Duplex::half);
  EXPECT_EQ(rates, (std::vector<std::int64_t>{kGB, kGB}));
}

TEST(FairRates, LaterWorkGetsOnlyWhatEarlierWorkLeavesOver) {
  StreamDemand early = demand(1, Direction::read, 0, 3 * kGB), late = demand(1, Direction::read, 1);
  late.order = 1;
  EXPECT_EQ(fair_rates({late, early}, 8 * kGB, Duplex::half),
            (std::vector<std::int64_t>{5 * kGB, 3 * kGB}));
  EXPECT_EQ(fair_rates({late, early}, 2 * kGB, Duplex::half),
            (std::vector<std::int64_t>{0, 2 * kGB}));
}

TEST(SharedLink, AStreamThatWaitsForEarlierWorkStartsWhenThatIsDone) {
  SharedLink link(8 * kGB, Duplex::half);
  StreamDemand early = demand(1000), late = demand(1000);
  late.order = 1;
  link.open({0}, 0, late);
  link.open({0}, 1, early);
  EXPECT_EQ(*link.next_finish(), (Picoseconds{125'000}));
  EXPECT_EQ(link.close_finished({125'000}), std::vector<SharedLink::StreamId>{1});
  EXPECT_EQ(*link.next_finish(), (Picoseconds{250'000}));
}

// What is left of the link (in the stream's direction, where duplex is full) and of its memory.
std::int64_t left_for(const std::vector<StreamDemand>& streams,
                      const std::vector<std::int64_t>& rates, std::size_t i, std::int64_t bandwidth,
                      Duplex duplex) {
  std::int64_t link = bandwidth, memory = streams[i].memory_bandwidth;
  for (std::size_t j = 0; j < streams.size(); ++j) {
    const bool same_way = streams[j].direction == streams[i].direction;
    if (duplex == Duplex::half || same_way) link -= rates[j];
    if (same_way && streams[j].memory == streams[i].memory) memory -= rates[j];
  }
  EXPECT_GE(link, 0);
  EXPECT_GE(memory, 0);
  return std::min(link, memory);
}

TEST(FairRates, NeverExceedAnyCapacityAndWasteNone) {
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    const Duplex duplex = random() % 2 == 0 ? Duplex::half : Duplex::full;
    std::vector<StreamDemand> streams;
    const std::size_t count = 1 + random() % 5;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t memory = random() % 2;
      streams.push_back(demand(1, random() % 2 == 0 ? Direction::read : Direction::write, memory,
                               memory == 0 ? 3 * kGB : 5 * kGB));
      streams.back().order = static_cast<std::int64_t>(random() % 3);
    }
    const auto rates = fair_rates(streams, 7 * kGB, duplex);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_GE(rates[i], 0);
      // Nothing that this stream could still use is left, but for what division rounds away.
      EXPECT_LT(left_for(streams, rates, i, 7 * kGB, duplex), 16);
    }
  }
}

// Few values of each kind, so that streams share resources and several are equally scarce.
std::vector<StreamDemand> any_streams(std::mt19937& random) {
  const auto of = [&](std::initializer_list<std::int64_t> values) {
    return values.begin()[random() % values.size()];
  };
  std::vector<StreamDemand> streams(random() % 10);
  const std::int64_t memories[] = {of({1, 5, 7, 10, 11}), of({3, 7, 100}), of({1, 7, 8})};
  const std::int64_t orders = of({1, 2, 4});
  for (StreamDemand& s : streams) {
    s.direction = random() % 2 == 0 ? Direction::read : Direction::write;
    s.bytes = 1;
    s.memory = random() % 3;
    s.memory_bandwidth = memories[s.memory];
    s.order = static_cast<std::int64_t>(random()) % orders;
    s.limit = of({1, 2, 3, 7, 10, INT64_MAX});
  }
  return streams;
}

TEST(FairRates, EqualThoseOfListedResources) {
  std::mt19937 random(19);
  for (int round = 0; round < 100'000; ++round) {
    const Duplex duplex = random() % 2 == 0 ? Duplex::half : Duplex::full;
    const std::int64_t bandwidth = 1 + static_cast<std::int64_t>(random() % 20);
    const std::vector<StreamDemand> streams = any_streams(random);
    ASSERT_EQ(fair_rates(streams, bandwidth, duplex), listed_rates(streams, bandwidth, duplex))
        << "round " << round;
  }
}

TEST(SharedLink, MovesStreamsAtTheFairRatesOfThoseThatAreOpen) {
  std::mt19937 random(20);
  for (int round = 0; round < 2'000; ++round) {
    const Duplex duplex = random() % 2 == 0 ? Duplex::half : Duplex::full;
    SharedLink link(7 * kGB, duplex);
    std::vector<StreamDemand> open;
    for (StreamDemand stream : any_streams(random)) {
      stream.bytes = 1 + static_cast<std::int64_t>(random() % 1000);
      stream.memory_bandwidth *= kGB;
      link.open({0}, open.size(), stream);
      open.push_back(stream);
    }
    if (open.empty()) continue;
    const std::vector<std::int64_t> rates = listed_rates(open, 7 * kGB, duplex);
    Picoseconds first{INT64_MAX};
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (rates[i] > 0) first = std::min(first, transfer_time(open[i].bytes, rates[i]));
    }
    EXPECT_EQ(*link.next_finish(), first);
    EXPECT_TRUE(link.close_finished(first - Picoseconds{1}).empty());
    for (const SharedLink::StreamId id : link.close_finished(first)) {
      EXPECT_EQ(transfer_time(open[id].bytes, rates[id]), first);
    }
  }
}

TEST(SharedLink, KeepsTheTimeOfStreamsThatTakeLongerThan64BitsOfByteTimeHold) {
  SharedLink link(kGB, Duplex::half);
  link.open({0}, 0, demand(100'000'000'000));  // 100 s
  EXPECT_EQ(*link.next_finish(), (Picoseconds{100 * kPicosecondsPerSecond}));
}

}  // namespace
}  // namespace h4h::models
