#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/support/run_network.hpp"
#include "workloads/blocks/vit_block.hpp"
#include "workloads/fuse/fuse.hpp"

// Query, key and value in one tensor.
namespace h4h::workloads {
namespace {

using Names = std::vector<std::string>;

Names names(const Network& net) {
  Names all;
  for (const Layer& layer : net.layers) {
    if (!is_view(layer.op)) all.push_back(layer.name);
  }
  return all;
}

const Layer& layer(const Network& net, const std::string& op) {
  return *std::find_if(net.layers.begin(), net.layers.end(),
                       [&](const Layer& one) { return op_name(one.op) == op; });
}

Network block() {
  BlockBuilder b("block");
  const TensorId in = b.image(6, 5, 40);
  return std::move(b).finish(vit_block(b, "vit", in, 24, 80));
}

TEST(Projections, OfABlockBecomeOneLayer) {
  const Network apart = block(), joined = with_joined_projections(apart);
  EXPECT_EQ(names(joined),
            (Names{"vit/norm1", "vit/query+key+value", "vit/attention", "vit/project", "vit/add1",
                   "vit/norm2", "vit/mlp1", "vit/mlp2", "vit/add2"}));
  EXPECT_EQ(layer(joined, "conv").op, Op(Conv2d{72, {}, Activation::none}));
  EXPECT_EQ(layer(joined, "attention").op, Op(Attention{3, true}));
  EXPECT_EQ(macs(joined), macs(apart));
  EXPECT_EQ(weight_bytes(joined), weight_bytes(apart));
  EXPECT_EQ(parameters(joined), parameters(apart));
  EXPECT_EQ(with_joined_projections(joined), joined);
}

// Three layers of x that an attention of 2 heads reads; `change` is made to the second.
struct Projected {
  NetworkBuilder net{"net"};
  TensorId x = net.input("x", {1, 20, 16});
  std::vector<TensorId> all;
  Op op = Linear{32, Activation::none, true};

  TensorId project(const std::string& name, const Op& with, TensorId from) {
    return net.add(name, with, {from});
  }
  void all_but_one(TensorId middle) { all = {project("q", op, x), middle, project("v", op, x)}; }
  Network joined() {
    net.output(net.add("attention", Attention{2}, all));
    return with_joined_projections(std::move(net).build());
  }
};

TEST(Projections, KeepTheBytesOfMeasuredWeights) {
  Projected p;
  for (const char* name : {"q", "k", "v"}) {
    p.all.push_back(p.project(name, p.op, p.x));
    p.net.last_layer().encoded_weight_bytes = 500 + static_cast<std::int64_t>(p.all.size());
  }
  const Network net = p.joined();
  EXPECT_EQ(net.layers.front().encoded_weight_bytes, 3 * 500 + 1 + 2 + 3);
  EXPECT_EQ(net.layers.front().coded_weight_bytes, std::nullopt);
}

TEST(Projections, BehindReshapesOfPixelsAreJoined) {
  Projected p;
  for (const char* name : {"q", "k", "v"}) {
    const TensorId made = p.project(name, p.op, p.x);
    p.all.push_back(p.net.add(std::string(name) + "/view", Reshape{{20, 1, 32}}, {made}));
  }
  const Network net = p.joined();
  EXPECT_EQ(names(net), (Names{"q+k+v", "attention"}));
  EXPECT_EQ(net.tensors.at(layer(net, "attention").inputs.front()).shape, (Shape{20, 1, 96}));
}

TEST(Projections, ThatDifferStayApart) {
  const auto stays = [](Projected& p) { return p.joined().layers.size() >= 4; };
  {
    Projected p;
    p.all_but_one(p.project("k", Linear{32, Activation::relu, true}, p.x));
    EXPECT_TRUE(stays(p)) << "another activation";
  }
  {
    Projected p;
    const TensorId other = p.net.input("other", {1, 20, 16});
    p.all_but_one(p.project("k", p.op, other));
    EXPECT_TRUE(stays(p)) << "another input: cross attention";
  }
  {
    Projected p;
    const TensorId key = p.project("k", p.op, p.x);
    p.all_but_one(key);
    p.net.output(p.net.add("read", Activate{Activation::relu}, {key}));
    EXPECT_TRUE(stays(p)) << "another reader";
  }
  {
    Projected p;
    const TensorId key = p.project("k", p.op, p.x);
    p.all_but_one(key);
    p.net.output(key);
    EXPECT_TRUE(stays(p)) << "an output of the network";
  }
  {
    Projected p;
    p.op = Conv2d{32, {}, Activation::none, 2};
    p.all_but_one(p.project("k", p.op, p.x));
    EXPECT_TRUE(stays(p)) << "in groups";
  }
  {
    Projected p;
    p.all_but_one(p.project("k", p.op, p.x));
    ASSERT_TRUE(p.net.share_weights(0));
    EXPECT_TRUE(stays(p)) << "shared weights";
  }
}

TEST(Projections, OfTheMostChannelsStayApart) {
  Projected p;
  p.op = Linear{65536 / 3 + 1, Activation::none, true};
  p.all = {p.project("q", p.op, p.x), p.project("k", p.op, p.x), p.project("v", p.op, p.x)};
  p.net.output(p.net.add("attention", Attention{1}, p.all));
  EXPECT_EQ(with_joined_projections(std::move(p.net).build()).layers.size(), 4U);
}

// Attention of 2 heads of 4 channels over 6 tokens; query, key and value are slices of one tensor.
Network sliced(const Shape& whole, const Shape& part, const std::vector<Shape>& begins) {
  NetworkBuilder net("net");
  const TensorId x = net.input("x", {6, 1, 24});
  std::vector<TensorId> all;
  for (const Shape& begin : begins) {
    const std::string name = std::to_string(all.size());
    const TensorId seen = net.add("view" + name, Reshape{whole}, {x});
    const TensorId slice = net.add("slice" + name, Slice{begin, part, {1, 1, 1}}, {seen});
    all.push_back(net.add("tokens" + name, Reshape{{6, 1, 8}}, {slice}));
  }
  net.output(net.add("attention", Attention{2}, all));
  return std::move(net).build();
}

void expect_equal(const Network& before, const Network& after) {
  std::mt19937 random(1);
  tests::NetworkRun::Values x(6 * 24);
  for (std::int64_t& value : x) value = static_cast<std::int64_t>(random() % 19) - 9;
  EXPECT_EQ(tests::NetworkRun(before).run({x}), tests::NetworkRun(after).run({x}));
}

TEST(Projections, ThatAreSlicesOfOneTensorAreReadFromIt) {
  const Network before = sliced({6, 1, 24}, {6, 1, 8}, {{0, 0, 0}, {0, 0, 8}, {0, 0, 16}});
  const Network after = with_joined_projections(before);
  EXPECT_EQ(names(after), (Names{"attention"}));
  expect_equal(before, after);
  const Network rows = sliced({6, 3, 8}, {6, 1, 8}, {{0, 0, 0}, {0, 1, 0}, {0, 2, 0}});
  EXPECT_EQ(names(with_joined_projections(rows)), (Names{"attention"}));
  expect_equal(rows, with_joined_projections(rows));
}

TEST(Projections, InPiecesOfWholeHeadsAreReadFromOneTensor) {
  const std::vector<Shape> begins{{0, 0, 0}, {0, 1, 0}, {0, 2, 0}};
  const Network heads = sliced({12, 3, 4}, {12, 1, 4}, begins);
  EXPECT_EQ(names(with_joined_projections(heads)), (Names{"attention"}));
  const Network halves = sliced({24, 3, 2}, {24, 1, 2}, begins);
  EXPECT_EQ(names(with_joined_projections(halves)).size(), 4U);
}

TEST(Projections, SlicedInAnotherWayStay) {
  for (const Network& net :
       {sliced({6, 1, 24}, {6, 1, 8}, {{0, 0, 8}, {0, 0, 0}, {0, 0, 16}}),   // another order
        sliced({6, 1, 24}, {6, 1, 8}, {{0, 0, 0}, {0, 0, 0}, {0, 0, 16}}),   // one of them twice
        sliced({3, 6, 8}, {1, 6, 8}, {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}})}) {  // tokens apart
    EXPECT_EQ(names(with_joined_projections(net)).size(), 4U);
  }
}

}  // namespace
}  // namespace h4h::workloads
