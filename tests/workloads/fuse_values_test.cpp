#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "tests/support/run_network.hpp"
#include "workloads/fuse/fuse.hpp"

// A fused network computes what it was made from.
namespace h4h::workloads {
namespace {

using tests::NetworkRun;

std::vector<NetworkRun::Values> inputs_of(const Network& net) {
  std::vector<NetworkRun::Values> all;
  std::mt19937 random(1);
  for (const TensorId id : net.inputs) {
    NetworkRun::Values values(static_cast<std::size_t>(net.tensors[id].shape.elements()));
    for (std::int64_t& value : values) value = static_cast<std::int64_t>(random() % 19) - 9;
    all.push_back(values);
  }
  return all;
}

std::ptrdiff_t count(const Network& net, const std::string& op) {
  return std::count_if(net.layers.begin(), net.layers.end(),
                       [&](const Layer& layer) { return op_name(layer.op) == op; });
}

void expect_equal(const Network& before, const Network& after) {
  const auto inputs = inputs_of(before);
  EXPECT_EQ(NetworkRun(before).run(inputs), NetworkRun(after).run(inputs));
}

// A shape of as many elements.
Shape other_shape(std::int64_t elements, std::mt19937& random) {
  std::vector<std::int64_t> sides(3, 1);
  for (std::int64_t factor = 2; elements > 1; ++factor) {
    for (; elements % factor == 0; elements /= factor) sides[random() % 3] *= factor;
  }
  return {sides[0], sides[1], sides[2]};
}

TEST(FuseValues, ChainsOfReshapesAndTransposes) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    NetworkBuilder net("net");
    const Shape shape{2 + static_cast<std::int64_t>(seed % 4), 6, 4};
    TensorId tensor = net.input("x", shape);
    for (int i = 0; i < 6; ++i) {
      const std::string name = "layer" + std::to_string(i);
      if (random() % 2 == 0) {
        tensor = net.add(name, Reshape{other_shape(shape.elements(), random)}, {tensor});
      } else {
        Transpose op;
        std::shuffle(op.order.begin(), op.order.end(), random);
        tensor = net.add(name, op, {tensor});
      }
    }
    net.output(tensor);
    const Network before = std::move(net).build(), after = fuse(before);
    expect_equal(before, after);
    EXPECT_LE(count(after, "transpose"), count(before, "transpose"));
  }
}

// Attention of heads of 3 channels over 5 tokens, in sequences that do not see each other. Query,
// key and value are [sequences, tokens, heads x channels] or, of `by_token`, [tokens, sequences,
// heads x channels].
Network attention(std::int64_t sequences, std::int64_t heads, bool by_token) {
  constexpr std::int64_t kTokens = 5, kSize = 3;
  const std::int64_t all = heads * kSize;
  NetworkBuilder net("net");
  int number = 0;
  const auto add = [&](const Op& op, const std::vector<TensorId>& in) {
    return net.add("layer" + std::to_string(number++), op, in);
  };
  const Transpose swap_rows{{Axis::width, Axis::height, Axis::channels}},
      swap_columns{{Axis::height, Axis::channels, Axis::width}};
  const auto split = [&](const std::string& name, bool is_key) {
    const Shape shape = by_token ? Shape{kTokens, sequences, all} : Shape{sequences, kTokens, all};
    TensorId t = net.input(name, shape);
    if (by_token) t = add(swap_rows, {t});
    t = add(swap_columns, {t});  // sequences x channels x tokens
    t = add(Reshape{{sequences * heads, kSize, kTokens}}, {t});
    return is_key ? t : add(swap_columns, {t});
  };
  const TensorId q = split("q", false), k = split("k", true), v = split("v", false);
  const TensorId scores = add(Elementwise{ElementwiseKind::mul}, {add(MatMul{false}, {q, k})});
  const TensorId weighed = add(MatMul{false}, {add(Softmax{}, {scores}), v});
  TensorId back = add(swap_columns, {weighed});
  back = add(Reshape{{sequences, all, kTokens}}, {back});
  net.output(add(swap_columns, {back}));
  return std::move(net).build();
}

TEST(FuseValues, AttentionOfHeadsAndSequences) {
  for (const auto& [sequences, heads] : {std::pair{1, 4}, std::pair{3, 1}, std::pair{3, 4}}) {
    for (const bool by_token : {false, true}) {
      const Network before = attention(sequences, heads, by_token), after = fuse(before);
      EXPECT_EQ(count(after, "attention"), 1) << sequences << " x " << heads;
      EXPECT_EQ(count(after, "matmul"), 0);
      EXPECT_EQ(macs(after), macs(before));
      EXPECT_LT(count(after, "transpose"), count(before, "transpose"));
      expect_equal(before, after);
    }
  }
}

TEST(FuseValues, LayersOfPixelsBetweenTransposesOfThem) {
  NetworkBuilder net("net");
  const Transpose swap{{Axis::width, Axis::height, Axis::channels}};
  TensorId x = net.input("x", {3, 4, 5});
  x = net.add("there", swap, {x});
  x = net.add("same", Reshape{{4, 3, 5}}, {x});
  x = net.add("norm", Softmax{}, {x});
  x = net.add("scale", Elementwise{ElementwiseKind::mul}, {x});
  net.output(net.add("back", swap, {x}));
  const Network before = std::move(net).build(), after = fuse(before);
  EXPECT_EQ(count(after, "transpose"), 0);
  expect_equal(before, after);
}

}  // namespace
}  // namespace h4h::workloads
