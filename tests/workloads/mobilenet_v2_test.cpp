#include "workloads/nets/mobilenet_v2.hpp"

#include <gtest/gtest.h>

namespace h4h::workloads {
namespace {

TEST(MobileNetV2, HasThePublishedMacs) {
  const Network net = mobilenet_v2();
  EXPECT_EQ(macs(net), 300'774'272);
  EXPECT_EQ(net.tensors.at(net.outputs.front()).shape, (Shape{1, 1, 1000}));
}

TEST(MobileNetV2, WeightsAreItsConvolutionsAndClassifier) {
  EXPECT_EQ(weight_bytes(mobilenet_v2()), 3'469'760);
}

TEST(MobileNetV2, MacsFollowWidthAndResolution) {
  EXPECT_LT(macs(mobilenet_v2(0.5)), macs(mobilenet_v2()) / 3);
  EXPECT_GT(macs(mobilenet_v2(1.4)), macs(mobilenet_v2()) * 3 / 2);
  EXPECT_LT(macs(mobilenet_v2(1.0, 160)), macs(mobilenet_v2()) * 6 / 10);
}

TEST(MobileNetV2, RefusesWhatNobodyTrains) {
  EXPECT_THROW(mobilenet_v2(0.0), NetworkError);
  EXPECT_THROW(mobilenet_v2(1.0, 16), NetworkError);
}

}  // namespace
}  // namespace h4h::workloads
