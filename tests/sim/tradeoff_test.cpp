#include "sim/mapping/tradeoff.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace h4h::sim {
namespace {

struct Instance {
  Alternatives layers;
  Words capacity = 0;
};

// Of one device of macros, or of two.
Instance random_instance(std::uint32_t seed, bool two = false) {
  std::mt19937 random(seed);
  const auto number = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  Instance instance;
  for (int layer = 0; layer < 6; ++layer) {
    std::vector<TwoCosts> alternatives{{number(5, 10), number(1, 10), 0}};
    for (int i = 0; i < 3; ++i) {
      const auto words = static_cast<std::int64_t>(number(1, 9));
      const Words on_second(std::vector<std::int64_t>{0, words});
      alternatives.push_back({number(1, 10), number(1, 10), two && i > 0 ? on_second : words});
    }
    instance.layers.push_back(alternatives);
  }
  const std::int64_t capacity = seed % 3 == 0 ? 1000 : 15;  // binding for most
  instance.capacity = two ? Words(std::vector<std::int64_t>{capacity, 9}) : capacity;
  return instance;
}

// The least `cost` of (first, second) over every choice within the capacity.
double brute_force(const Instance& instance, const std::function<double(double, double)>& cost) {
  double least = std::numeric_limits<double>::infinity();
  const std::function<void(std::size_t, const TwoCosts&)> choose = [&](std::size_t i,
                                                                       const TwoCosts& sum) {
    if (!sum.words.within(instance.capacity)) return;
    if (i == instance.layers.size()) {
      least = std::min(least, cost(sum.first, sum.second));
      return;
    }
    for (const TwoCosts& t : instance.layers[i]) {
      choose(i + 1, {sum.first + t.first, sum.second + t.second, sum.words + t.words});
    }
  };
  choose(0, {});
  return least;
}

double least_product_of(const Instance& instance) {
  return brute_force(instance, [](double a, double b) { return a * b; });
}

TEST(Tradeoff, TheLeastProductIsThatOfBruteForce) {
  for (std::uint32_t seed = 0; seed < 120; ++seed) {
    const Instance instance = random_instance(seed, seed % 2 == 1);
    const Compromise c = *least_product(instance.layers, instance.capacity);
    const double exact = least_product_of(instance);
    EXPECT_NEAR(c.first * c.second, exact, 1e-9 * exact) << seed;
    EXPECT_NEAR(c.bound, exact, 1e-9 * exact) << seed;
  }
}

TEST(Tradeoff, AProductIsFoundWhereItIsNoMoreThanWhatIsWorthLookingFor) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const Instance instance = random_instance(seed, seed % 2 == 1);
    const double exact = least_product_of(instance);
    const auto up_to = [&](double most) {
      return least_product(instance.layers, instance.capacity, {}, most);
    };
    for (const double most : {exact * 1.001, exact * (1 + 1e-9), exact * 2}) {
      const std::optional<Compromise> found = up_to(most);
      ASSERT_TRUE(found) << seed;
      EXPECT_NEAR(found->first * found->second, exact, 1e-9 * exact) << seed;
      EXPECT_NEAR(found->bound, exact, 1e-9 * exact) << seed;
    }
    for (const double part : {0.1, 0.9, 1 - 1e-6}) EXPECT_FALSE(up_to(part * exact)) << seed;
  }
}

// Repeated layers, of two devices: equal products in many ways.
TEST(Tradeoff, TheLeastProductDoesNotDependOnWhatWasKnown) {
  std::mt19937 random(9);
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    Instance instance = random_instance(seed, seed % 2 == 1);
    const Alternatives once = instance.layers;
    for (int times = 0; times < 2; ++times) {
      instance.layers.insert(instance.layers.end(), once.begin(), once.end());
    }
    instance.capacity += instance.capacity;
    Alternatives bounded = instance.layers;
    for (auto& layer : bounded) {
      for (TwoCosts& t : layer) {
        const double part = 1 - static_cast<double>(random() % 10) / 100;
        t = {t.first * part, t.second * part, t.words, false};
      }
    }
    const ExactCosts exact = [&](std::size_t i, std::size_t k) { return instance.layers[i][k]; };
    const Compromise known = *least_product(instance.layers, instance.capacity);
    const double most = 1.01 * known.first * known.second;
    for (const auto& c : {least_product(bounded, instance.capacity, exact),
                          least_product(bounded, instance.capacity, exact, most)}) {
      ASSERT_TRUE(c) << seed;
      EXPECT_EQ(c->picks, known.picks) << seed;
      EXPECT_EQ(c->first, known.first) << seed;
    }
    EXPECT_FALSE(least_product(bounded, instance.capacity, exact, 0.999 * most / 1.01)) << seed;
  }
}

// Choices on a hyperbola, of which no two layers together leave a corner out.
TEST(Tradeoff, AProductThatIsGivenUpHasABoundBelowIt) {
  Alternatives layers(10);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (int k = 0; k < 41; ++k) {
      const double t = std::exp(0.1 * (k - 20) + 0.01 * static_cast<double>(i));
      layers[i].push_back({t, 1 / t, k % 2});
    }
  }
  const Compromise c = *least_product(layers, 3);
  EXPECT_LT(c.bound, c.first * c.second) << "all sums were enough";
  EXPECT_GE(c.bound, 0.98 * c.first * c.second);
}

// Costs of 0 leave no slope to weigh the two by.
TEST(Tradeoff, AProductOfNothingIsFound) {
  const Words capacity = 5;
  const Alternatives no_first{{{0, 3, 0}, {1, 1, 2}}, {{0, 2, 0}}};
  EXPECT_EQ(least_product(no_first, capacity)->first, 0);
  const Alternatives no_second{{{2, 0, 0}, {1, 1, 2}}, {{2, 0, 0}}};
  EXPECT_EQ(least_product(no_second, capacity)->second, 0);
  const Alternatives neither{{{0, 0, 0}}, {{0, 0, 0}}};
  EXPECT_EQ(least_product(neither, capacity)->bound, 0);
}

TEST(Tradeoff, NoProductIsLessThanItsBoundWhichIsNear) {
  constexpr double kEndless = std::numeric_limits<double>::infinity();
  double logs = 0;
  constexpr std::uint32_t kSeeds = 120;
  for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
    const Instance instance = random_instance(seed, seed % 2 == 1);
    const double exact = least_product_of(instance);
    const ProductBound found = product_bound(instance.layers, instance.capacity, kEndless);
    const double bound = found.bound;
    const auto with = least_product(instance.layers, instance.capacity, {}, kEndless, found.lines);
    EXPECT_NEAR(with->first * with->second, exact, 1e-9 * exact) << seed;
    EXPECT_LE(bound, exact * (1 + 1e-12)) << seed;
    logs += std::log(exact / bound);
    EXPECT_GT(product_bound(instance.layers, instance.capacity, 0.9 * bound).bound, 0.9 * bound)
        << seed;
  }
  EXPECT_LT(logs / kSeeds, 0.1);
}

TEST(Tradeoff, TheLeastWithinALimitIsThatOfBruteForce) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const Instance instance = random_instance(seed);
    const double limit = 28;
    const double exact = brute_force(instance, [&](double a, double b) {
      return b <= limit ? a : std::numeric_limits<double>::infinity();
    });
    const auto c = least_within(instance.layers, instance.capacity, limit);
    ASSERT_EQ(c.has_value(), exact < std::numeric_limits<double>::infinity()) << seed;
    if (!c) continue;
    EXPECT_LE(c->second, limit);
    EXPECT_NEAR(c->first, exact, 1e-9 * exact) << seed;
    EXPECT_NEAR(c->bound, exact, 1e-9 * exact) << seed;
  }
}

TEST(Tradeoff, WhereSumsAreGivenUpTheBoundIsNoMoreThanTheLeast) {
  bool given_up = false;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const Instance instance = random_instance(seed);
    const double limit = 28;
    const double exact = brute_force(instance, [&](double a, double b) {
      return b <= limit ? a : std::numeric_limits<double>::infinity();
    });
    const auto c = least_within(instance.layers, instance.capacity, limit, {}, 4);
    if (!c) continue;
    EXPECT_LE(c->second, limit);
    EXPECT_GE(c->first, exact * (1 - 1e-9)) << seed;
    EXPECT_LE(c->bound, exact * (1 + 1e-9)) << seed;
    given_up = given_up || c->bound < c->first;
  }
  EXPECT_TRUE(given_up) << "four sums are too few for some";
}

TEST(Tradeoff, ManyLayersEndWithABoundThatIsNear) {
  std::mt19937 random(1);
  const auto number = [&] { return std::uniform_real_distribution<double>(1, 10)(random); };
  Alternatives layers(100);
  for (auto& layer : layers) {
    for (int i = 0; i < 8; ++i) layer.push_back({number(), number(), 0});
  }
  for (const double limit : {200.0, 300.0, 400.0}) {
    const auto c = least_within(layers, 0, limit);
    ASSERT_TRUE(c);
    EXPECT_LE(c->second, limit);
    EXPECT_LE(c->first, c->bound * 1.005);
  }
}

TEST(Tradeoff, WithoutALimitTheLeastIsExact) {
  for (const bool two : {false, true}) {
    const Instance instance = random_instance(4, two);
    const double exact = brute_force(instance, [](double a, double) { return a; });
    const auto c = least_of_first(instance.layers, instance.capacity);
    EXPECT_DOUBLE_EQ(c->first, exact);
    EXPECT_DOUBLE_EQ(c->bound, exact);
    EXPECT_TRUE(least_of_first(instance.layers, instance.capacity, {}, 1.001 * exact));
    EXPECT_FALSE(least_of_first(instance.layers, instance.capacity, {}, 0.5 * exact));
    Alternatives bounded = instance.layers;
    for (auto& layer : bounded) {
      for (TwoCosts& t : layer) t = {0.8 * t.first, t.second, t.words, false};
    }
    const ExactCosts settled = [&](std::size_t i, std::size_t k) { return instance.layers[i][k]; };
    const auto up_to = [&](double most) {
      return least_of_first(bounded, instance.capacity, settled, most);
    };
    EXPECT_DOUBLE_EQ(up_to(1.001 * exact)->first, exact);
    EXPECT_FALSE(up_to(0.9 * exact)) << "the bounds alone are below, which costs that were asked "
                                        "for rule out";
  }
}

TEST(Tradeoff, ALimitThatNothingKeepsHasNoAnswer) {
  const Instance instance = random_instance(1);
  EXPECT_FALSE(least_within(instance.layers, instance.capacity, 0.5));
}

}  // namespace
}  // namespace h4h::sim
