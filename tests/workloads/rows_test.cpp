#include "workloads/ir/rows.hpp"

#include <gtest/gtest.h>

#include "tests/support/layer_shapes.hpp"

namespace h4h::workloads {
namespace {

using tests::conv;
using tests::depthwise;
using tests::shaped;

Conv2d conv_of(std::int64_t kernel, std::int64_t stride, std::int64_t dilation, Padding padding) {
  return {8, {kernel, kernel, stride, stride, dilation, dilation, padding}, Activation::relu};
}

std::vector<LayerShape> windowed_layers() {
  std::vector<LayerShape> layers;
  const auto add = [&](std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                       Padding padding) {
    for (const std::int64_t height : {13, 14}) {
      layers.push_back(shaped(conv_of(kernel, stride, dilation, padding), {{height, 16, 4}}));
    }
  };
  add(1, 1, 1, {});
  add(3, 1, 1, {1, 1, 1, 1});
  add(3, 2, 1, {0, 1, 0, 1});
  add(3, 2, 1, {});  // leaves rows of the input unread
  add(5, 3, 1, {2, 2, 2, 2});
  add(3, 1, 2, {2, 2, 2, 2});
  add(1, 2, 1, {});
  return layers;
}

TEST(Rows, StripesHaveTheShapesThatTheirWindowsGive) {
  for (const LayerShape& layer : windowed_layers()) {
    for (std::int64_t rows = 1; rows <= layer.output.height; ++rows) {
      for (std::int64_t y = 0; y < layer.output.height; y += rows) {
        const Rows outputs{y, std::min(y + rows, layer.output.height)};
        const LayerShape part = rows_of(layer, outputs);
        EXPECT_EQ(part.output, output_shape(part.op, part.inputs)) << canonical_text(layer);
        EXPECT_EQ(part.output.height, outputs.size());
        EXPECT_EQ(part.input().height, input_rows(layer, 0, outputs).size());
      }
    }
  }
}

TEST(Rows, MacsOfStripesAreThoseOfTheLayer) {
  for (const LayerShape& layer : windowed_layers()) {
    std::int64_t sum = 0;
    for (std::int64_t y = 0; y < layer.output.height; ++y) sum += macs(rows_of(layer, {y, y + 1}));
    EXPECT_EQ(sum, macs(layer));
  }
}

TEST(Rows, OnlyTheStripesAtTheEdgesArePadded) {
  const LayerShape layer = shaped(conv_of(3, 1, 1, {1, 1, 1, 1}), {{12, 12, 4}});
  const auto padding = [&](Rows rows) {
    return std::get<Conv2d>(rows_of(layer, rows).op).window.padding;
  };
  EXPECT_EQ(padding({0, 4}).top, 1);
  EXPECT_EQ(padding({0, 4}).bottom, 0);
  EXPECT_EQ(padding({4, 8}).top, 0);
  EXPECT_EQ(padding({8, 12}).bottom, 1);
  EXPECT_EQ(padding({4, 8}).left, 1);
  EXPECT_EQ(input_rows(layer, 0, {0, 4}), (Rows{0, 5}));
  EXPECT_EQ(input_rows(layer, 0, {4, 8}), (Rows{3, 9}));
}

TEST(Rows, AllRowsAreTheLayer) {
  for (const LayerShape& layer : windowed_layers()) {
    const LayerShape all = rows_of(layer, {0, layer.output.height});
    EXPECT_EQ(macs(all), macs(layer));
    EXPECT_EQ(all.output, layer.output);
  }
}

TEST(Rows, ElementwiseOperatorsReadTheSameRowsOrTheOneThatThereIs) {
  const LayerShape sum = shaped(Elementwise{}, {{8, 8, 4}, {1, 1, 4}});
  EXPECT_EQ(input_rows(sum, 0, {2, 5}), (Rows{2, 5}));
  EXPECT_EQ(input_rows(sum, 1, {2, 5}), (Rows{0, 1}));
  EXPECT_EQ(rows_of(sum, {2, 5}).output, (Shape{3, 8, 4}));
}

TEST(Rows, WhatNeedsWholeMapsIsRefused) {
  const LayerShape mean = shaped(Mean{true, true, false}, {{8, 8, 4}});
  EXPECT_FALSE(works_by_rows(mean));
  EXPECT_THROW(rows_of(mean, {0, 1}), std::invalid_argument);
  // A window that may lie in the padding alone.
  EXPECT_FALSE(works_by_rows(shaped(conv_of(3, 1, 1, {3, 0, 0, 0}), {{8, 8, 4}})));
}

TEST(Rows, ThatAreNotThereAreRefused) {
  const LayerShape layer = shaped(conv_of(1, 1, 1, {}), {{8, 8, 4}});
  for (const Rows rows : {Rows{-1, 2}, Rows{3, 3}, Rows{7, 9}}) {
    EXPECT_THROW(rows_of(layer, rows), std::invalid_argument);
  }
}

}  // namespace
}  // namespace h4h::workloads
