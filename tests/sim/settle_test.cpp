// With lower bounds in place of costs, what is chosen is the same, and few costs are asked for.
#include "sim/mapping/settle.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <random>

#include "sim/mapping/tradeoff.hpp"

namespace h4h::sim {
namespace {

struct Bounded {
  std::vector<std::vector<Choice>> exact;
  std::vector<std::vector<BoundedChoice>> bounded;
  std::int64_t capacity = 0;
};

// Layers of a share from nothing to all, some of them alike; few values, so that sums tie.
Bounded any_instance(std::mt19937& random, bool coarse) {
  const auto below = [&](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  Bounded instance;
  for (std::int64_t layers = 1 + below(12); layers > 0; --layers) {
    if (!instance.exact.empty() && below(3) == 0) {
      instance.exact.push_back(instance.exact.back());
      continue;
    }
    std::vector<Choice>& choices = instance.exact.emplace_back();
    choices.push_back({static_cast<double>(20 + below(80)), 0});
    for (std::int64_t more = below(8); more > 0; --more) {
      const double cost = coarse ? static_cast<double>(1 + below(90))
                                 : 1 + static_cast<double>(below(1'000'000)) / 7e4;
      choices.push_back({cost, below(6) * (coarse ? 1 : 7)});
    }
  }
  std::int64_t words = 0;
  for (const auto& choices : instance.exact) words += choices.back().words;
  instance.capacity = below(static_cast<std::uint32_t>(words + 2));
  const std::int64_t looseness = below(30);
  for (const auto& choices : instance.exact) {
    auto& bounds = instance.bounded.emplace_back();
    for (const Choice& choice : choices) {
      const double part = 1 - static_cast<double>(below(30)) * static_cast<double>(looseness) / 900;
      bounds.push_back({choice.cost * part, choice.words, below(4) == 0});
      if (bounds.back().exact) bounds.back().cost = choice.cost;
    }
  }
  return instance;
}

// Counts what is asked for.
std::optional<std::vector<std::vector<Choice>>> settled_up_to(double most, const Bounded& instance,
                                                              std::int64_t& asked) {
  const ExactCost exact = [&](std::size_t layer, std::size_t pick) {
    ++asked;
    return instance.exact[layer][pick].cost;
  };
  return settle(instance.bounded, instance.capacity, exact, most);
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Settle, LeavesThePicksOfChooseWithinAsTheyAre) {
  std::mt19937 random(3);
  std::int64_t bounds = 0, asked = 0;
  for (int round = 0; round < 20'000; ++round) {
    const Bounded instance = any_instance(random, round % 2 == 0);
    for (const auto& layer : instance.bounded) {
      for (const BoundedChoice& choice : layer) bounds += choice.exact ? 0 : 1;
    }
    const auto settled = settled_up_to(kInfinity, instance, asked);
    ASSERT_TRUE(settled);
    ASSERT_EQ(choose_within(*settled, instance.capacity),
              choose_within(instance.exact, instance.capacity))
        << "round " << round;
  }
  EXPECT_LT(asked, bounds * 3 / 4);  // with bounds that may be far below
}

double cost_of(const std::vector<std::vector<Choice>>& layers,
               const std::vector<std::size_t>& picks) {
  double sum = 0;
  for (std::size_t i = 0; i < picks.size(); ++i) sum += layers[i][picks[i]].cost;
  return sum;
}

TEST(Settle, AsksForLessWhereOnlySomeSumsAreWorthLookingFor) {
  std::mt19937 random(4);
  std::int64_t without = 0, within = 0, ignored = 0, above = 0;
  for (int round = 0; round < 5'000; ++round) {
    const Bounded instance = any_instance(random, round % 2 == 0);
    const double least = cost_of(instance.exact, choose_within(instance.exact, instance.capacity));
    settled_up_to(kInfinity, instance, without);
    const auto near = settled_up_to(least * (1 + 1e-9), instance, within);
    ASSERT_TRUE(near);
    ASSERT_EQ(choose_within(*near, instance.capacity),
              choose_within(instance.exact, instance.capacity))
        << "round " << round;
    const double less = least * 0.98;
    if (const auto found = settled_up_to(less, instance, ignored)) {
      ++above;
      ASSERT_GT(cost_of(*found, choose_within(*found, instance.capacity)), less);
    }
  }
  EXPECT_LT(within, without);
  EXPECT_GT(above, 0) << "relaxations do not tell of all";
}

TEST(Settle, AsksForTheCheapestOfEachLayerWhereTheseFit) {
  const std::vector<std::vector<BoundedChoice>> layers{
      {{10, 0, false}, {6, 4, false}, {8, 2, false}}, {{3, 0, false}, {5, 1, false}}};
  std::vector<std::pair<std::size_t, std::size_t>> asked;
  const auto settled = settle(layers, 4, [&](std::size_t layer, std::size_t pick) {
    asked.emplace_back(layer, pick);
    return layers[layer][pick].cost + 1;
  });
  EXPECT_EQ(asked, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 1}, {1, 0}}));
  ASSERT_TRUE(settled);
  EXPECT_EQ((*settled)[0][1].cost, 7);
  EXPECT_EQ(choose_within(*settled, 4), (std::vector<std::size_t>{1, 0}));
}

// Of two devices: words of either, some of neither.
TEST(Settle, OfSeveralDevicesLeavesTheLeastCostAsItIs) {
  std::mt19937 random(5);
  const auto below = [&](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  std::int64_t bounds = 0, asked = 0;
  for (int round = 0; round < 3'000; ++round) {
    std::vector<std::vector<GroupedChoice>> exact;
    std::vector<std::vector<BoundedGroupedChoice>> bounded;
    std::vector<std::int64_t> words(2);
    for (std::int64_t layers = 1 + below(10); layers > 0; --layers) {
      exact.push_back(
          {{static_cast<double>(20 + below(80)), Words(std::vector{below(1), below(1)})}});
      for (std::int64_t more = below(9); more > 0; --more) {
        const std::vector<std::int64_t> own{below(6), below(6)};
        exact.back().push_back({1 + static_cast<double>(below(1'000'000)) / 7e4, Words(own)});
        for (std::size_t g = 0; g < 2; ++g) words[g] += own[g] / 2;
      }
      auto& choices = bounded.emplace_back();
      for (const GroupedChoice& choice : exact.back()) {
        const double part = 1 - static_cast<double>(below(30)) / 300;
        choices.push_back({choice.cost * part, choice.words, false});
        ++bounds;
      }
    }
    const Words capacity(std::vector{below(static_cast<std::uint32_t>(words[0] + 2)),
                                     below(static_cast<std::uint32_t>(words[1] + 2))});
    const auto settled = settle(bounded, capacity, [&](std::size_t layer, std::size_t pick) {
      ++asked;
      return exact[layer][pick].cost;
    });
    const auto sum_of = [&](const std::vector<std::size_t>& picks) {
      double sum = 0;
      for (std::size_t i = 0; i < picks.size(); ++i) sum += exact[i][picks[i]].cost;
      return sum;
    };
    ASSERT_TRUE(settled);
    const auto picks = choose_within(*settled, capacity);
    const double least = sum_of(choose_within(exact, capacity));
    ASSERT_NEAR(sum_of(picks), least, 1e-9) << "round " << round;
    for (std::size_t i = 0; i < picks.size(); ++i) {
      ASSERT_EQ((*settled)[i][picks[i]].cost, exact[i][picks[i]].cost)
          << "what is picked is asked for";
    }
    for (const double part : {0.9, 0.99, 1 + 1e-9, 1.01}) {
      const auto up_to = settle(
          bounded, capacity,
          [&](std::size_t layer, std::size_t pick) { return exact[layer][pick].cost; },
          part * least);
      ASSERT_TRUE(up_to || part < 1) << round;
      if (!up_to) continue;
      double sum = 0;
      const auto near = choose_within(*up_to, capacity);
      for (std::size_t i = 0; i < near.size(); ++i) sum += (*up_to)[i][near[i]].cost;
      if (part > 1) {
        ASSERT_NEAR(sum, least, 1e-9) << round;
        ASSERT_NEAR(sum_of(near), least, 1e-9) << round;
      } else {
        ASSERT_GT(sum, part * least) << round;
      }
    }
  }
  EXPECT_LT(asked, bounds / 2);
}

// Two costs, of which both may be bounds.
struct TwoBounded {
  Alternatives exact, bounded;
  Words capacity;
};

TwoBounded any_two_costs(std::mt19937& random) {
  const auto below = [&](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  const auto part = [&] { return 1 - static_cast<double>(below(20)) / 100; };
  TwoBounded instance;
  for (std::int64_t layers = 2 + below(6); layers > 0; --layers) {
    auto& exact = instance.exact.emplace_back();
    auto& bounded = instance.bounded.emplace_back();
    for (std::int64_t k = 0; k < 5; ++k) {
      exact.push_back({1 + static_cast<double>(below(900)) / 100,
                       1 + static_cast<double>(below(900)) / 100, k == 0 ? 0 : below(5)});
      bounded.push_back(
          {exact.back().first * part(), exact.back().second * part(), exact.back().words, false});
    }
  }
  instance.capacity = below(3) == 0 ? 1000 : 2 + below(8);
  return instance;
}

void expect_same_compromise(const std::optional<Compromise>& a, const std::optional<Compromise>& b,
                            int round) {
  ASSERT_EQ(a.has_value(), b.has_value()) << round;
  if (!a) return;
  EXPECT_EQ(a->picks, b->picks) << round;
  EXPECT_EQ(a->first, b->first) << round;
  EXPECT_EQ(a->second, b->second) << round;
  EXPECT_EQ(a->bound, b->bound) << round;
}

TEST(Tradeoff, OfBoundsIsThatOfTheCosts) {
  std::mt19937 random(5);
  std::int64_t asked = 0, all = 0;
  for (int round = 0; round < 2'000; ++round) {
    const TwoBounded instance = any_two_costs(random);
    const ExactCosts exact = [&](std::size_t layer, std::size_t pick) {
      ++asked;
      return instance.exact[layer][pick];
    };
    for (const auto& layer : instance.exact) all += 2 * static_cast<std::int64_t>(layer.size());
    expect_same_compromise(*least_product(instance.bounded, instance.capacity, exact),
                           *least_product(instance.exact, instance.capacity), round);
    const double limit = static_cast<double>(instance.exact.size()) *
                         (1 + static_cast<double>(random() % 600) / 100);
    expect_same_compromise(least_within(instance.bounded, instance.capacity, limit, exact),
                           least_within(instance.exact, instance.capacity, limit), round);
  }
  EXPECT_LT(asked, all);
}

}  // namespace
}  // namespace h4h::sim
