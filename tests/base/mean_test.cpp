#include "base/mean.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace h4h {
namespace {

TEST(Mean, IsOfAllValuesAndNoNumberOfNone) {
  EXPECT_DOUBLE_EQ(mean({1, 2, 6}), 3);
  EXPECT_TRUE(std::isnan(mean({})));
}

}  // namespace
}  // namespace h4h
