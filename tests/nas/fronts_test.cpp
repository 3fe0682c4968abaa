#include "nas/report/fronts.hpp"

#include <gtest/gtest.h>

#include <array>

namespace h4h::nas {
namespace {

SearchedFront front(const std::vector<std::array<double, 2>>& networks) {
  SearchedFront f;
  f.objective = "latency";
  for (const auto& [accuracy, latency] : networks) {
    FrontNetwork n;
    n.accuracy = accuracy;
    n.latency_s = latency;
    f.networks.push_back(n);
  }
  return f;
}

TEST(Fronts, TheCheapestNetworkIsAmongThoseAccurateEnough) {
  const SearchedFront f = front({{0.7, 1}, {0.8, 2}, {0.9, 5}});
  EXPECT_EQ(cheapest(f, 0.75)->latency_s, 2);
  EXPECT_EQ(cheapest(f, 0.9)->latency_s, 5);
  EXPECT_EQ(cheapest(f, 0.91), nullptr);
}

TEST(Fronts, CommonAccuraciesAreReachedByAll) {
  const std::vector<SearchedFront> fronts{front({{0.6, 1}, {0.9, 5}}), front({{0.7, 1}, {0.8, 2}})};
  EXPECT_EQ(common_accuracies(fronts), (std::vector<double>{0.75, 0.8}));
}

TEST(Fronts, AReplacedFrontHoldsNoNetworkThatAnotherBeats) {
  SearchedFront f = front({});
  replace_front(f, front({{0.8, 2}, {0.7, 3}, {0.9, 4}}).networks);
  ASSERT_EQ(f.networks.size(), 2u);
  EXPECT_EQ(f.networks[0].accuracy, 0.8);
  EXPECT_EQ(f.networks[1].accuracy, 0.9);
}

}  // namespace
}  // namespace h4h::nas
