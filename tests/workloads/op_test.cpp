#include "workloads/ir/op.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/files.hpp"
#include "workloads/ir/layer_shape.hpp"
#include "workloads/ir/op_fields.hpp"

namespace h4h::workloads {
namespace {

// Counts the scalars of an operator, and changes one of them.
struct Change {
  int at = -1;
  int count = 0;

  bool is_it() { return count++ == at; }
  void number(std::int64_t& value) {
    if (is_it()) ++value;
  }
  void flag(bool& value) {
    if (is_it()) value = !value;
  }
  template <typename Enum>
  void choice(Enum& value, Enum last) {
    if (!is_it()) return;
    value = value == last ? Enum{} : static_cast<Enum>(static_cast<int>(value) + 1);
  }
};

int scalars(Op op, int changed, Op* result = nullptr) {
  Change change{changed};
  FlatFields<Change> fields(change);
  visit_fields(fields, op);
  if (result != nullptr) *result = op;
  return change.count;
}

// The operators by every name that they have, and one of each with another value in each field.
std::vector<Op> variants() {
  std::vector<Op> all;
  for (const NamedOp& named : named_ops()) {
    all.push_back(named.op);
    const int count = scalars(named.op, -1);
    for (int i = 0; i < count; ++i) scalars(named.op, i, &all.emplace_back());
  }
  return all;
}

TEST(Op, EveryFieldIsPartOfTheTextAndOfEquality) {
  const std::vector<Op> all = variants();
  EXPECT_GT(all.size(), 80u);
  for (const Op& a : all) {
    for (const Op& b : all) {
      EXPECT_EQ(a == b, canonical_text(a) == canonical_text(b))
          << canonical_text(a) << " " << canonical_text(b);
    }
  }
}

TEST(Op, AChangedFieldMakesAnotherOperator) {
  for (const NamedOp& named : named_ops()) {
    const int count = scalars(named.op, -1);
    for (int i = 0; i < count; ++i) {
      Op other;
      scalars(named.op, i, &other);
      EXPECT_FALSE(other == named.op) << named.name << ", field " << i;
    }
  }
}

TEST(Op, NamesAreUniqueAndEveryTypeHasOne) {
  std::set<std::string_view> names;
  std::set<std::size_t> types;
  for (const NamedOp& named : named_ops()) {
    EXPECT_TRUE(names.insert(named.name).second) << named.name;
    types.insert(named.op.index());
    EXPECT_EQ(op_name(named.op), named.name);
  }
  EXPECT_EQ(types.size(), std::variant_size_v<Op>);
}

TEST(Op, EveryActivationHasANameAsALayer) {
  for (const Activation function : kActivations) {
    EXPECT_EQ(op_name(Activate{function}),
              function == Activation::none ? "requantize" : to_string(function));
  }
}

// Cached results are found by these texts.
TEST(Op, CanonicalTextsStayAsTheyAre) {
  const Window window{3, 1, 2, 1, 1, 2, {1, 2, 3, 4}};
  const auto expect = [](const std::string& text, const Op& op) {
    EXPECT_EQ(canonical_text(op), text);
  };
  expect("conv[6,k(3,1)s(2,1)d(1,2)pad(1,2,3,4),relu]", Conv2d{6, window, Activation::relu});
  expect("depthwise[2,k(3,1)s(2,1)d(1,2)pad(1,2,3,4),tanh]",
         DepthwiseConv2d{2, window, Activation::tanh});
  expect("linear[5,none]", Linear{5, Activation::none});
  expect("pad[pad(1,2,3,4),5,6]", Pad{{1, 2, 3, 4}, 5, 6});
  expect("max_pool[k(3,1)s(2,1)d(1,2)pad(1,2,3,4),none]",
         Pool2d{PoolKind::max, window, Activation::none});
  expect("mean[hw]", Mean{});
  expect("mean[c]", Mean{false, false, true});
  expect("sub[relu6]", Elementwise{ElementwiseKind::sub, Activation::relu6});
  expect("hard_swish[hard_swish]", Activate{Activation::hard_swish});
  expect("requantize[none]", Activate{Activation::none});
  expect("concat[width]", Concat{Axis::width});
  expect("reshape[1x2x3]", Reshape{{1, 2, 3}});
  expect("transpose[channels,height,width]",
         Transpose{{Axis::channels, Axis::height, Axis::width}});
  expect("resize_nearest[5x6]", Resize{ResizeKind::nearest, 5, 6});
  expect("softmax[]", Softmax{});
  expect("matmul[]", MatMul{false});
  expect("matmul[transposed]", MatMul{true});
  expect("layer_norm[]", LayerNorm{});
  expect("attention[4]", Attention{4});
  expect("leaky_relu[]", LeakyRelu{});
  expect("depth_to_space[3]", DepthToSpace{3});
}

TEST(Op, CanonicalTextsOfLaterFieldsNameThemOnlyWhereTheyAreNotTheDefaults) {
  const auto expect = [](const std::string& text, const Op& op) {
    EXPECT_EQ(canonical_text(op), text);
  };
  expect("attention[4,packed]", Attention{4, true});
  expect("conv[6,k(1,1)s(1,1)d(1,1)pad(0,0,0,0),relu,groups3]", Conv2d{6, {}, Activation::relu, 3});
  expect("linear[5,none,per_token]", Linear{5, Activation::none, true});
  expect("log_softmax[]", Softmax{SoftmaxKind::log_softmax});
  expect("rms_norm[]", LayerNorm{NormKind::rms_norm});
}

TEST(Op, CanonicalTextsOfTheLaterOperatorsStayAsTheyAre) {
  const Window window{3, 1, 2, 1, 1, 2, {1, 2, 3, 4}};
  const auto expect = [](const std::string& text, const Op& op) {
    EXPECT_EQ(canonical_text(op), text);
  };
  expect("transpose_conv[6,9x8,k(3,1)s(2,1)d(1,2)pad(1,2,3,4),relu]",
         TransposeConv2d{6, 9, 8, window, Activation::relu});
  expect("lstm[7]", Lstm{7});
  expect("svdf[3,2,8,relu]", Svdf{3, 2, 8, Activation::relu});
  expect("space_to_depth[4]", SpaceToDepth{4});
  expect("gelu[]", Unary{UnaryKind::gelu});
  expect("lookup[]", Unary{UnaryKind::lookup});
  expect("slice[1x0x2,5x8x1,3x2x1]", Slice{{1, 0, 2}, {5, 8, 1}, {3, 2, 1}});
  expect("reduce_max[wc]", Reduce{ReduceKind::max, false, true, true});
  expect("arg_min[height]", ArgMax{ArgKind::min, Axis::height});
  expect("gather[width,40]", Gather{Axis::width, 40});
  expect("tile[16x32x12]", Tile{{16, 32, 12}});
  expect("group_norm[2]", GroupNorm{2});
  expect("squared_difference[none]",
         Elementwise{ElementwiseKind::squared_difference, Activation::none});
}

LayerShape shaped(const Op& op, std::vector<Shape> inputs) {
  const Shape output = output_shape(op, inputs);
  return {op, std::move(inputs), output, {}, {}};
}

TEST(ShareOf, KeepsTheInputsThatItsOutputsNeed) {
  const LayerShape conv = share_of(shaped(Conv2d{64, {}, {}}, {{4, 4, 8}}), 16);
  EXPECT_EQ(conv.output, (Shape{4, 4, 16}));
  EXPECT_EQ(conv.input(), (Shape{4, 4, 8}));
  EXPECT_EQ(std::get<Conv2d>(conv.op).out_channels, 16);
  const LayerShape depthwise = share_of(shaped(DepthwiseConv2d{2, {}, {}}, {{4, 4, 8}}), 5);
  EXPECT_EQ(depthwise.input().channels, 3);
  const Shape tokens{4, 4, 64};
  const LayerShape attention = share_of(shaped(Attention{4}, {tokens, tokens, tokens}), 16);
  EXPECT_EQ(std::get<Attention>(attention.op).heads, 1);
  for (const Shape& input : attention.inputs) EXPECT_EQ(input, (Shape{4, 4, 16}));
  const LayerShape packed = share_of(shaped(Attention{4, true}, {{4, 4, 192}}), 16);
  EXPECT_EQ(packed.input(), (Shape{4, 4, 48}));
}

TEST(OutputShape, OfPackedAttentionIsAThirdOfItsChannels) {
  EXPECT_EQ(output_shape(Attention{2, true}, {{5, 4, 48}}), (Shape{5, 4, 16}));
  const Shape map{5, 4, 48};
  EXPECT_THROW(output_shape(Attention{2, true}, {map, map, map}), std::invalid_argument);
  EXPECT_THROW(output_shape(Attention{1, true}, {{5, 4, 47}}), std::invalid_argument);
  EXPECT_THROW(output_shape(Attention{5, true}, {map}), std::invalid_argument);
}

TEST(ShareOf, AGroupedConvolutionIsSplitByWholeGroups) {
  const LayerShape whole = shaped(Conv2d{64, {}, {}, 4}, {{4, 4, 32}});
  EXPECT_EQ(split_unit(whole), 16);
  const LayerShape share = share_of(whole, 48);
  EXPECT_EQ(std::get<Conv2d>(share.op).groups, 3);
  EXPECT_EQ(share.input(), (Shape{4, 4, 24}));
  EXPECT_EQ(output_shape(share.op, share.inputs), share.output);
  EXPECT_EQ(macs(share) * 4, macs(whole) * 3);
}

TEST(ShareOf, OutputOfAShareIsWhatItsOperatorMakes) {
  const Shape tokens{4, 4, 64};
  for (const LayerShape& layer :
       {shaped(Conv2d{64, {}, {}}, {tokens}), shaped(DepthwiseConv2d{1, {}, {}}, {tokens}),
        shaped(Linear{64, {}}, {tokens}), shaped(Attention{4}, {tokens, tokens, tokens})}) {
    const LayerShape share = share_of(layer, 32);
    EXPECT_EQ(output_shape(share.op, share.inputs), share.output) << canonical_text(layer);
    EXPECT_EQ(macs(share) * 2, macs(layer)) << canonical_text(layer);
  }
}

TEST(ShareOf, MeasuredWeightSizesAreInProportion) {
  LayerShape layer = shaped(Linear{10, {}}, {{1, 1, 4}});
  layer.encoded_weight_bytes = 101;
  EXPECT_EQ(share_of(layer, 5).encoded_weight_bytes, 51);
  EXPECT_EQ(share_of(layer, 5).coded_weight_bytes, std::nullopt);
  EXPECT_TRUE(share_of(layer, 10) == layer);
}

TEST(ShareOf, RefusesOperatorsThatAreNotSplit) {
  const LayerShape pool = shaped(Pool2d{PoolKind::max, {}, {}}, {{4, 4, 8}});
  EXPECT_EQ(split_unit(pool), 8);
  EXPECT_EQ(tests::message_of<std::invalid_argument>([&] { share_of(pool, 4); }),
            "max_pool is not split over output channels");
  EXPECT_TRUE(share_of(pool, 8) == pool);
}

TEST(OpTraits, InputChannelsAreThoseThatAnOutputIsMadeFrom) {
  const auto span = [](const LayerShape& layer, std::int64_t begin, std::int64_t end) {
    const ChannelSpan s = input_channels(layer, {begin, end});
    return std::pair{s.begin, s.end};
  };
  const Shape in{4, 4, 8};
  EXPECT_EQ(span(shaped(Conv2d{64, {}, {}}, {in}), 3, 5), std::pair(0L, 8L));
  EXPECT_EQ(span(shaped(DepthwiseConv2d{2, {}, {}}, {in}), 3, 5), std::pair(1L, 3L));
  EXPECT_EQ(span(shaped(Conv2d{64, {}, {}, 4}, {in}), 17, 33), std::pair(2L, 6L));
  EXPECT_EQ(span(shaped(Pool2d{}, {in}), 3, 5), std::pair(3L, 5L));
  EXPECT_EQ(span(shaped(Mean{true, true, false}, {in}), 3, 5), std::pair(3L, 5L));
  EXPECT_EQ(span(shaped(Mean{false, false, true}, {in}), 0, 1), std::pair(0L, 8L));
  EXPECT_EQ(span(shaped(Pad{{}, 2, 2}, {in}), 0, 4), std::pair(0L, 2L));
  EXPECT_EQ(span(shaped(Pad{{}, 2, 2}, {in}), 9, 12), std::pair(7L, 8L));
}

}  // namespace
}  // namespace h4h::workloads
