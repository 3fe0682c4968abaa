#include "sim/mapping/knapsack.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>

namespace h4h::sim {
namespace {

using Choices = std::vector<std::vector<Choice>>;
using Picks = std::vector<std::size_t>;

// At full size from the first case on: small ones bind nothing.
template <typename T>
T any(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high + 1));
}

Choice sum_of(const Choices& layers, const Picks& picks) {
  Choice sum;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    sum.cost += layers[i][picks[i]].cost;
    sum.words += layers[i][picks[i]].words;
  }
  return sum;
}

// Few values: many equal costs and words.
std::vector<Choice> any_layer(int most_choices, int most_cost, int most_words) {
  const auto choice = [&](std::int64_t words) {
    return Choice{static_cast<double>(any(0, most_cost)), words};
  };
  std::vector<Choice> choices;
  const int others = any(1, most_choices - 1);
  for (int c = 0; c < others; ++c) choices.push_back(choice(any(0, most_words)));
  const auto at = any<std::ptrdiff_t>(0, others);
  choices.insert(choices.begin() + at, choice(0));
  return choices;
}

Choices any_small() {
  Choices layers(any<std::size_t>(1, 6));
  for (auto& layer : layers) layer = any_layer(5, 9, 8);
  return layers;
}

// Many layers of a few kinds: more words cost less, more or less steadily.
Choices any_network(std::size_t layers, int most_words) {
  Choices kinds(any<std::size_t>(1, 8));
  for (auto& kind : kinds) {
    const int choices = any(1, 9), words = any(1, most_words / 8);
    int cost = any(100'000, 1'000'000);
    for (int c = 0; c < choices; ++c) {
      kind.push_back({static_cast<double>(cost), c * words});
      cost -= any(-1000, 12'000);
    }
  }
  Choices network;
  while (network.size() < layers) network.push_back(*rc::gen::elementOf(kinds));
  return network;
}

// The words of the cheapest choice, of equals the fewest.
std::int64_t width(const std::vector<Choice>& layer) {
  const auto less = [](const Choice& a, const Choice& b) {
    return std::tie(a.cost, a.words) < std::tie(b.cost, b.words);
  };
  return std::min_element(layer.begin(), layer.end(), less)->words;
}

// Up to what the cheapest choices need.
std::int64_t any_capacity(const Choices& layers) {
  std::int64_t most = 0;
  for (const auto& layer : layers) most += width(layer);
  return any<std::int64_t>(0, most);
}

void for_all_picks(const Choices& layers, const std::function<void(const Picks&)>& look) {
  Picks picks(layers.size(), 0);
  const std::function<void(std::size_t)> choose = [&](std::size_t i) {
    if (i == layers.size()) return look(picks);
    for (picks[i] = 0; picks[i] < layers[i].size(); ++picks[i]) choose(i + 1);
  };
  choose(0);
}

double brute_force(const Choices& layers, std::int64_t capacity) {
  double least = std::numeric_limits<double>::infinity();
  for_all_picks(layers, [&](const Picks& picks) {
    const Choice sum = sum_of(layers, picks);
    if (sum.words <= capacity) least = std::min(least, sum.cost);
  });
  return least;
}

// Over every number of words.
double dynamic_programming(const Choices& layers, std::int64_t capacity) {
  const auto slots = static_cast<std::size_t>(capacity) + 1;
  std::vector<double> least(slots, 0);
  for (const auto& layer : layers) {
    std::vector<double> next(slots, std::numeric_limits<double>::infinity());
    for (const Choice& c : layer) {
      const auto words = static_cast<std::size_t>(c.words);
      for (std::size_t s = words; s < slots; ++s)
        next[s] = std::min(next[s], least[s - words] + c.cost);
    }
    least = std::move(next);
  }
  return least.back();
}

TEST(Knapsack, FindsTheLeastThatFits) {
  EXPECT_TRUE(rc::check([] {
    const Choices layers = any_small();
    const std::int64_t capacity = any_capacity(layers);
    const Choice sum = sum_of(layers, choose_within(layers, capacity));
    RC_ASSERT(sum.words <= capacity);
    RC_ASSERT(sum.cost == brute_force(layers, capacity));
  }));
}

TEST(Knapsack, FindsTheLeastForManyLayersOfFewKinds) {
  EXPECT_TRUE(rc::check([] {
    const Choices layers = any_network(any<std::size_t>(1, 80), 100);
    const std::int64_t capacity = any_capacity(layers);
    const Choice sum = sum_of(layers, choose_within(layers, capacity));
    RC_ASSERT(sum.words <= capacity);
    RC_ASSERT(sum.cost == dynamic_programming(layers, capacity));
  }));
}

TEST(Knapsack, FindsTheLeastForManyUnlikeLayers) {
  EXPECT_TRUE(rc::check([] {
    Choices layers(any<std::size_t>(1, 40));
    for (auto& layer : layers) layer = any_layer(9, 300, 50);
    const std::int64_t capacity = any_capacity(layers);
    const Choice sum = sum_of(layers, choose_within(layers, capacity));
    RC_ASSERT(sum.words <= capacity);
    RC_ASSERT(sum.cost == dynamic_programming(layers, capacity));
  }));
}

// Every choice is as good as another per word: no bound cuts anything off.
TEST(Knapsack, FindsTheLeastWhereGainsAreWords) {
  EXPECT_TRUE(rc::check([] {
    Choices layers(any<std::size_t>(1, 30));
    for (auto& layer : layers) {
      layer = any_layer(5, 0, 40);
      for (Choice& c : layer) c.cost = static_cast<double>(1000 - (c.words - c.words % 2));
    }
    const std::int64_t capacity = any_capacity(layers);
    const Choice sum = sum_of(layers, choose_within(layers, capacity));
    RC_ASSERT(sum.words <= capacity);
    RC_ASSERT(sum.cost == dynamic_programming(layers, capacity));
  }));
}

TEST(Knapsack, FindsTheLeastJoules) {
  EXPECT_TRUE(rc::check([] {
    Choices layers = any_network(any<std::size_t>(1, 60), 100);
    for (auto& layer : layers) {
      for (Choice& c : layer) c.cost *= 1.7e-13;
    }
    const std::int64_t capacity = any_capacity(layers);
    const Choice sum = sum_of(layers, choose_within(layers, capacity));
    const double least = dynamic_programming(layers, capacity);
    RC_ASSERT(sum.words <= capacity);
    RC_ASSERT(std::abs(sum.cost - least) <= 1e-12 * least);
  }));
}

TEST(Knapsack, FindsTheLeastForAWholeNetworkOnLargeMacros) {
  const bool found = rc::check([] {
    if (any(0, 19) > 0) return;  // dynamic programming is slow
    const Choices layers = any_network(200, 4000);
    const std::int64_t capacity = std::min<std::int64_t>(any_capacity(layers), 50'000);
    const Choice sum = sum_of(layers, choose_within(layers, capacity));
    RC_ASSERT(sum.words <= capacity);
    RC_ASSERT(sum.cost == dynamic_programming(layers, capacity));
  });
  EXPECT_TRUE(found);
}

// The layers in the order in which their first choices count.
std::vector<std::size_t> narrowest_first(const Choices& layers) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return width(layers[a]) < width(layers[b]);
  });
  return order;
}

TEST(Knapsack, OfEqualSumsTakesTheFewestWordsThenTheFirstChoiceOfTheNarrowestLayer) {
  EXPECT_TRUE(rc::check([] {
    const Choices layers = any_small();
    const std::int64_t capacity = any_capacity(layers);
    const std::vector<std::size_t> order = narrowest_first(layers);
    const auto rank = [&](const Picks& picks) {
      Picks ordered;
      for (const std::size_t i : order) ordered.push_back(picks[i]);
      const Choice sum = sum_of(layers, picks);
      return std::make_tuple(sum.cost, sum.words, ordered);
    };
    if (sum_of(layers, choose_within(layers, INT64_MAX / 2)).words <= capacity) return;
    const auto chosen = rank(choose_within(layers, capacity));
    for_all_picks(layers, [&](const Picks& picks) {
      if (sum_of(layers, picks).words <= capacity) RC_ASSERT(chosen <= rank(picks));
    });
  }));
}

TEST(Knapsack, TakesTheFirstCheapestOfEachWhereTheyFit) {
  const Choices layers{{{5, 0}, {3, 7}, {3, 2}}, {{4, 0}}, {{2, 0}, {2, 1}, {1, 9}}};
  for (const std::int64_t capacity : {std::int64_t{16}, INT64_MAX / 2}) {
    EXPECT_EQ(choose_within(layers, capacity), (Picks{1, 0, 2}));
  }
  EXPECT_EQ(choose_within(layers, 15), (Picks{2, 0, 2}));
}

TEST(Knapsack, WithoutCapacityTakesTheCheapestOfNoWords) {
  EXPECT_EQ(choose_within({{{9, 0}, {1, 1}, {8, 0}}, {{3, 1}, {5, 0}}}, 0), (Picks{2, 1}));
  EXPECT_EQ(choose_within({}, 0), Picks{});
}

using Grouped = std::vector<std::vector<GroupedChoice>>;

// Layers of few values, with words of several devices each.
Grouped any_grouped(std::size_t layers, std::size_t groups) {
  Grouped all(layers);
  for (auto& choices : all) {
    choices.push_back({static_cast<double>(any(5, 20)), Words(std::vector<std::int64_t>(groups))});
    const int others = any(1, 5);
    for (int c = 0; c < others; ++c) {
      std::vector<std::int64_t> words;
      for (std::size_t g = 0; g < groups; ++g) words.push_back(any(0, 8));
      choices.push_back({static_cast<double>(any(0, 20)), Words(words)});
    }
  }
  return all;
}

double least_by_trial(const Grouped& layers, const Words& capacity) {
  double least = std::numeric_limits<double>::infinity();
  const std::function<void(std::size_t, double, Words)> choose = [&](std::size_t i, double cost,
                                                                     const Words& words) {
    if (!words.within(capacity)) return;
    if (i == layers.size()) {
      least = std::min(least, cost);
      return;
    }
    for (const GroupedChoice& c : layers[i]) choose(i + 1, cost + c.cost, words + c.words);
  };
  choose(0, 0, Words(std::vector<std::int64_t>(capacity.groups())));
  return least;
}

GroupedChoice grouped_sum(const Grouped& layers, const Picks& picks) {
  GroupedChoice sum;
  for (std::size_t i = 0; i < picks.size(); ++i) {
    sum.cost += layers[i][picks[i]].cost;
    sum.words += layers[i][picks[i]].words;
  }
  return sum;
}

TEST(GroupedKnapsack, FindsTheLeastOfAllChoicesWithinEveryCapacity) {
  EXPECT_TRUE(rc::check("grouped", [] {
    const auto groups = any<std::size_t>(1, 3);
    const Grouped layers = any_grouped(any<std::size_t>(1, 5), groups);
    std::vector<std::int64_t> most;
    for (std::size_t g = 0; g < groups; ++g) most.push_back(any(0, 25));
    const Words capacity(most);
    const GroupedChoice sum = grouped_sum(layers, choose_within(layers, capacity));
    RC_ASSERT(sum.words.within(capacity));
    RC_ASSERT(std::abs(sum.cost - least_by_trial(layers, capacity)) < 1e-9);
  }));
}

// Two groups, one with the capacity for everything: the knapsack of the other.
TEST(GroupedKnapsack, OfOneThatBindsIsTheKnapsackOfThat) {
  EXPECT_TRUE(rc::check("one binds", [] {
    const Choices layers = any_network(30, 400);
    Grouped grouped;
    std::int64_t all = 0;
    for (const auto& choices : layers) {
      auto& last = grouped.emplace_back();
      for (const Choice& c : choices) {
        last.push_back({c.cost, Words(std::vector<std::int64_t>{c.words, c.words / 2})});
      }
      all += choices.back().words;
    }
    const std::int64_t capacity = all / 3;
    const double least = sum_of(layers, choose_within(layers, capacity)).cost;
    const Picks picks =
        choose_within(grouped, Words(std::vector<std::int64_t>{capacity, INT64_MAX / 2}));
    RC_ASSERT(std::abs(grouped_sum(grouped, picks).cost - least) <= 1e-9 * least);
  }));
}

}  // namespace
}  // namespace h4h::sim
