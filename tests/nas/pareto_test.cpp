#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "nas/search/pareto.hpp"

namespace h4h::nas {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Worth at(double accuracy, double cost) { return {0, accuracy, cost}; }
Worth beyond(double violation) { return {violation, 0, 0}; }

// Few distinct values, so that ties are common.
std::vector<Worth> any_worths() {
  const auto n = *rc::gen::inRange<std::size_t>(0, 40);
  std::vector<Worth> all;
  for (std::size_t i = 0; i < n; ++i) {
    const int violation = *rc::gen::element(0, 0, 0, 1, 2);
    all.push_back({0.5 * violation, 0.1 * *rc::gen::inRange(0, 8), 1.0 * *rc::gen::inRange(1, 9)});
  }
  return all;
}

// With areas, on few values too.
std::vector<Worth> any_worths_with_areas() {
  std::vector<Worth> all = any_worths();
  for (Worth& w : all) w.area = *rc::gen::inRange(0, 4);
  return all;
}

TEST(Domination, IsNoWorseInBothAndBetterInOne) {
  EXPECT_TRUE(dominates(at(0.9, 1), at(0.8, 2)));
  EXPECT_TRUE(dominates(at(0.9, 1), at(0.9, 2)));
  EXPECT_TRUE(dominates(at(0.9, 1), at(0.8, 1)));
  EXPECT_FALSE(dominates(at(0.9, 1), at(0.9, 1)));
  EXPECT_FALSE(dominates(at(0.9, 2), at(0.8, 1)));
  EXPECT_FALSE(dominates(at(0.8, 1), at(0.9, 2)));
}

TEST(Domination, BudgetsComeFirstThenTheLesserExcess) {
  EXPECT_TRUE(dominates(at(0.1, 9), beyond(0.01)));
  EXPECT_TRUE(dominates(beyond(0.01), beyond(0.02)));
  EXPECT_TRUE(dominates(beyond(5), beyond(kInfinity)));
  EXPECT_FALSE(dominates(beyond(kInfinity), beyond(kInfinity)));
  EXPECT_FALSE(dominates(beyond(0.01), at(0.1, 9)));
}

TEST(Ranks, OfAGridAreItsDiagonals) {
  std::vector<Worth> grid;
  for (int accuracy = 0; accuracy < 4; ++accuracy) {
    for (int cost = 0; cost < 4; ++cost) grid.push_back(at(accuracy, cost));
  }
  const std::vector<std::size_t> rank = ranks(grid);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    EXPECT_EQ(rank[i], 3 - i / 4 + i % 4);
  }
}

// By peeling: whoever no remaining one dominates is of the next front.
std::vector<std::size_t> peeled(const std::vector<Worth>& all) {
  std::vector<std::size_t> rank(all.size(), all.size());
  for (std::size_t level = 0, left = all.size(); left > 0; ++level) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < all.size(); ++i) {
      bool beaten = rank[i] < level;
      for (std::size_t j = 0; j < all.size(); ++j) {
        beaten = beaten || (rank[j] >= level && dominates(all[j], all[i]));
      }
      if (!beaten) members.push_back(i);
    }
    for (const std::size_t i : members) rank[i] = level;
    left -= members.size();
  }
  return rank;
}

RC_GTEST_PROP(Ranks, AreThoseOfPeelingFrontAfterFront, ()) {
  const std::vector<Worth> all = any_worths();
  RC_ASSERT(ranks(all) == peeled(all));
}

RC_GTEST_PROP(Ranks, OfThreeObjectivesAreThoseOfPeelingFrontAfterFront, ()) {
  const std::vector<Worth> all = any_worths_with_areas();
  RC_ASSERT(ranks(all) == peeled(all));
}

RC_GTEST_PROP(Front, OfThreeObjectivesHoldsExactlyWhatNothingDominates, ()) {
  const std::vector<Worth> all = any_worths_with_areas();
  const auto same = [](const Worth& a, const Worth& b) {
    return a.cost == b.cost && a.accuracy == b.accuracy && a.area == b.area;
  };
  const std::vector<std::size_t> members = front(all);
  for (const Worth& w : all) {
    if (w.violation > 0) continue;
    const bool beaten = std::any_of(all.begin(), all.end(),
                                    [&](const Worth& other) { return dominates(other, w); });
    const auto there = std::count_if(members.begin(), members.end(),
                                     [&](std::size_t i) { return same(all[i], w); });
    RC_ASSERT(there == (beaten ? 0 : 1));
  }
}

RC_GTEST_PROP(Hypervolume, OfThreeObjectivesIsTheNumberOfDominatedCells, ()) {
  std::vector<Worth> all = any_worths_with_areas();
  for (Worth& w : all) w.accuracy = std::round(10 * w.accuracy);
  double cells = 0;
  for (int area = 0; area < 3; ++area) {
    std::vector<Worth> small;
    for (const Worth& w : all) {
      if (w.area <= area) small.push_back({w.violation, w.accuracy, w.cost});
    }
    cells += hypervolume(small, 0, 12);
  }
  RC_ASSERT(hypervolume(all, 0, 12, 3) == cells);
}

TEST(Crowding, OfThreeObjectivesAddsTheAreas) {
  std::vector<Worth> all{at(0.5, 4), at(1, 64), at(0, 1), at(0.6, 8)};
  const std::vector<double> without = crowding(all);
  const double areas[] = {2, 5, 1, 4};
  for (std::size_t i = 0; i < all.size(); ++i) all[i].area = areas[i];
  const std::vector<double> distances = crowding(all);
  EXPECT_DOUBLE_EQ(distances[0], without[0] + 3.0 / 4);
  EXPECT_DOUBLE_EQ(distances[3], without[3] + 3.0 / 4);
}

RC_GTEST_PROP(Front, HoldsExactlyWhatNothingDominates, ()) {
  const std::vector<Worth> all = any_worths();
  const std::vector<std::size_t> members = front(all);
  for (std::size_t i = 1; i < members.size(); ++i) {
    RC_ASSERT(all[members[i - 1]].cost < all[members[i]].cost);
    RC_ASSERT(all[members[i - 1]].accuracy < all[members[i]].accuracy);
  }
  for (const Worth& w : all) {
    bool beaten = w.violation > 0, there = false;
    for (const Worth& other : all) beaten = beaten || dominates(other, w);
    for (const std::size_t i : members) {
      there = there || (all[i].cost == w.cost && all[i].accuracy == w.accuracy);
    }
    if (!(w.violation > 0)) RC_ASSERT(there == !beaten);
  }
}

TEST(Crowding, IsTheShareOfTheExtentBetweenNeighbours) {
  // Cost 1, 4, 8, 64, so 0, 2, 3, 6 by the logarithm; accuracy 0, 0.5, 0.6, 1.
  const std::vector<double> distances = crowding({at(0.5, 4), at(1, 64), at(0, 1), at(0.6, 8)});
  EXPECT_DOUBLE_EQ(distances[0], 3.0 / 6 + 0.6);
  EXPECT_EQ(distances[1], kInfinity);
  EXPECT_EQ(distances[2], kInfinity);
  EXPECT_DOUBLE_EQ(distances[3], 4.0 / 6 + 0.5);
  EXPECT_EQ(crowding({at(1, 1)}), std::vector<double>{kInfinity});
  EXPECT_TRUE(crowding({}).empty());
}

TEST(Crowding, ACostOfZeroIsTheCheapest) {
  const std::vector<double> distances = crowding({at(0, 0), at(0.5, 1), at(1, 2)});
  EXPECT_EQ(distances[0], kInfinity);
  EXPECT_NEAR(distances[1], 1 + 1, 1e-9);
}

TEST(Crowding, OfEqualsIsNoNumberOnlyAtTheEnds) {
  const std::vector<double> distances = crowding({at(1, 1), at(1, 1), at(1, 1)});
  EXPECT_EQ(distances[0], kInfinity);
  EXPECT_EQ(distances[1], 0);
  EXPECT_EQ(distances[2], kInfinity);
}

TEST(Best, TakesRanksFirstThenRoom) {
  // Three of the first front, the middle one between close neighbours; one dominated.
  const std::vector<Worth> all{at(0.1, 9), at(0.5, 5), at(0, 1), at(0.51, 5.1), at(1, 10)};
  EXPECT_EQ(best(all, 5).back(), 0u);
  EXPECT_EQ(best(all, 2), (std::vector<std::size_t>{2, 4}));
  EXPECT_EQ(best(all, 9).size(), 5u);
}

TEST(Hypervolume, OfOnePointIsItsRectangle) {
  EXPECT_DOUBLE_EQ(hypervolume({at(0.75, 2)}, 0.25, 10), 0.5 * 8);
}

TEST(Hypervolume, OfAStaircaseIsTheSumOfItsSteps) {
  EXPECT_DOUBLE_EQ(hypervolume({at(1, 3), at(3, 6), at(2, 5), at(1, 4)}, 0, 10), 7.0 + 5 + 4);
}

TEST(Hypervolume, OfNothingBetterThanTheReferenceIsNothing) {
  EXPECT_EQ(hypervolume({}, 0, 1), 0);
  EXPECT_EQ(hypervolume({at(0.5, 1), at(0.2, 0.5), beyond(0.1)}, 0.2, 1), 0);
}

RC_GTEST_PROP(Hypervolume, IsTheNumberOfDominatedCells, ()) {
  std::vector<Worth> all = any_worths();
  for (Worth& w : all) w.accuracy = std::round(10 * w.accuracy);
  double cells = 0;
  for (int accuracy = 0; accuracy < 10; ++accuracy) {
    for (int cost = 0; cost < 12; ++cost) {
      bool covered = false;
      for (const Worth& w : all) {
        covered = covered || (!(w.violation > 0) && w.accuracy > accuracy && w.cost <= cost);
      }
      cells += covered ? 1 : 0;
    }
  }
  RC_ASSERT(hypervolume(all, 0, 12) == cells);
}

}  // namespace
}  // namespace h4h::nas
