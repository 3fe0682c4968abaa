#include "nas/train/agreement.hpp"

#include <gtest/gtest.h>

#include "nas/supernet/supernet.hpp"
#include "tests/nas_torch/training.hpp"

namespace h4h::tests {
namespace {

using nas::Agreement;
using nas::ParameterGroup;
using nas::ParameterRole;
using nas::Tensors;

nas::Parameters parameters_like(const Tensors& tensors, ParameterGroup group) {
  nas::Parameters all;
  for (const auto& [name, tensor] : tensors) {
    all[name] = {torch::zeros_like(tensor), group, ParameterRole::weight};
  }
  return all;
}

TEST(Agreement, IsOfTheElementsThatBothHave) {
  const Tensors first{{"a", torch::tensor({3.0F, 4.0F, 9.0F, 0.0F})}};
  const Tensors second{{"a", torch::tensor({6.0F, 8.0F, 0.0F, 7.0F})}};
  const auto found = nas::agreements(first, second, parameters_like(first, ParameterGroup::conv));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_DOUBLE_EQ(found.at(ParameterGroup::conv).cosine(), 1) << "9 and 7 have no counterpart";
}

TEST(Agreement, CountsTensorsThatAreOpposed) {
  const Tensors first{{"a", torch::tensor({1.0F, 0.0F})}, {"b", torch::tensor({2.0F, 1.0F})}};
  const Tensors second{{"a", torch::tensor({-1.0F, 1.0F})}, {"b", torch::tensor({2.0F, 1.0F})}};
  const auto found = nas::agreements(first, second, parameters_like(first, ParameterGroup::head));
  const Agreement& head = found.at(ParameterGroup::head);
  EXPECT_DOUBLE_EQ(head.opposed_share(), 0.5);
  EXPECT_DOUBLE_EQ(head.cosine(), (5.0 - 1) / (1.0 + 5)) << "of all tensors together";
}

TEST(Agreement, HasNoGroupWithoutCommonElements) {
  const Tensors first{{"a", torch::tensor({1.0F, 0.0F})}},
      second{{"a", torch::tensor({0.0F, 1.0F})}};
  EXPECT_TRUE(nas::agreements(first, second, parameters_like(first, ParameterGroup::vit)).empty());
}

class SubnetGradients : public testing::Test {
 protected:
  Tensors of(const nas::Genotype& genotype) const {
    return nas::subnet_gradients(supernet_.parameters(), space_.network(genotype),
                                 bright_corners(16, 3), 0.1);
  }
  std::map<ParameterGroup, Agreement> between(const nas::Genotype& first,
                                              const nas::Genotype& second) const {
    return nas::agreements(of(first), of(second), supernet_.parameters());
  }

  nas::Space space_ = small_space();
  nas::Supernet supernet_{space_.network(space_.max()), 4};
};

TEST_F(SubnetGradients, AgreeWithThemselvesInEveryGroup) {
  const auto found = between(space_.max(), space_.max());
  EXPECT_EQ(found.size(), 4U);
  for (const auto& [group, agreement] : found) {
    EXPECT_NEAR(agreement.cosine(), 1, 1e-12) << nas::to_string(group);
    EXPECT_EQ(agreement.opposed, 0) << nas::to_string(group);
  }
}

TEST_F(SubnetGradients, OfANetworkWithoutTransformersShareNoneOfThem) {
  const auto found = between(space_.min(), space_.max());
  EXPECT_EQ(found.count(ParameterGroup::vit), 0U);
  ASSERT_EQ(found.count(ParameterGroup::conv), 1U);
  EXPECT_LT(found.at(ParameterGroup::conv).cosine(), 1);
  EXPECT_GE(found.at(ParameterGroup::conv).cosine(), -1);
}

TEST_F(SubnetGradients, AreZeroOutsideOfTheSlices) {
  const nas::Genotype least = space_.min();
  const Tensors gradients = of(least);
  const nas::Parameters slices = nas::sliced(supernet_.parameters(), space_.network(least));
  for (const auto& [name, gradient] : gradients) {
    const auto used = slices.find(name);
    const std::int64_t elements = used == slices.end() ? 0 : used->second.value.numel();
    EXPECT_LE((gradient != 0).sum().item<std::int64_t>(), elements) << name;
  }
}

}  // namespace
}  // namespace h4h::tests
