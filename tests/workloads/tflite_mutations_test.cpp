#include <gtest/gtest.h>

#include "tests/support/mutations.hpp"
#include "tests/support/tflite_network.hpp"

// Files with every kind of operator, one to four bytes of which are wrong.
namespace h4h::workloads::tflite {
namespace {

using tests::option_bytes;
using tests::option_numbers;
using tests::TfliteNetwork;
using tests::TfliteWriter;

// Shape arithmetic, parts, a state and the host.
std::string file_of_parts() {
  TfliteNetwork net;
  const int x = net.input({1, 8, 6, 4});
  const int shape = net.one(77, {x}, {4}, {}, TfliteWriter::kInt32);
  const int rows = net.one(45, {shape, net.numbers({1}), net.numbers({2}), net.numbers({1})}, {},
                           option_numbers({{4, 1}}), TfliteWriter::kInt32);
  const int dims = net.one(83, {rows, net.numbers({24}, {})}, {2}, option_numbers({{0, 2}}),
                           TfliteWriter::kInt32);
  const int flat = net.one(22, {x, dims}, {8, 24});
  const int turned = net.one(39, {flat, net.numbers({1, 0})}, {24, 8});
  const std::vector<int> halves = net.operation(49, {net.numbers({1}, {}), turned},
                                                {{24, 4}, {24, 4}}, option_numbers({{0, 2}}));
  const int both =
      net.one(2, {halves[0], net.weights({24, 2}), halves[1]}, {24, 10}, option_numbers({{0, 1}}));
  const int some = net.one(36, {both, net.numbers({3, 1, 3})}, {3, 10}, option_numbers({{0, 0}}));
  const int padded = net.one(60, {some, net.numbers({1, 0, 0, 2}, {2, 2})}, {4, 12});
  const int handle = net.writer.tensor("state", {}, TfliteWriter::kResource);
  net.writer.op(142, {}, {handle});
  const int old = net.one(143, {handle}, {4, 12});
  const int sum = net.one(0, {old, padded}, {4, 12}, option_bytes({{0, 1}}));
  net.writer.op(144, {handle, sum}, {});
  net.operation(48, {sum, net.numbers({2}, {})}, {{4, 2}, {4, 2}});
  return net.file();
}

// Products.
std::string file_of_products() {
  TfliteNetwork net;
  const int x = net.input({1, 8, 6, 8});
  const auto window = option_bytes({}, {{1, 1}, {2, 1}});
  const int half =
      net.writer.tensor("half", {8, 3, 3, 4}, TfliteWriter::kInt4, std::string(144, '\x37'));
  const int grouped = net.one(3, {x, half}, {1, 8, 6, 8}, window);
  const int up = net.one(67, {net.numbers({1, 16, 12, 4}), net.weights({4, 2, 2, 8}), grouped},
                         {1, 16, 12, 4}, option_bytes({}, {{1, 2}, {2, 2}}));
  const int tokens = net.one(22, {up, net.numbers({1, 192, 4})}, {1, 192, 4});
  const int wide = net.one(9, {tokens, net.weights({6, 4})}, {1, 192, 6}, option_bytes({}));
  const int scores = net.one(126, {wide, wide}, {1, 192, 192}, option_bytes({{1, 1}}));
  const int weights = net.one(25, {scores}, {1, 192, 192});
  const int out = net.one(126, {weights, wide}, {1, 192, 6}, option_bytes({}));
  const int sums = net.one(40, {out, net.numbers({1})}, {1, 6}, option_bytes({}));
  net.one(27, {sums, net.weights({4, 6}), net.weights({4, 5}), -1}, {1, 2},
          option_bytes({}, {{0, 2}}));
  return net.file();
}

void expect_read_or_refused(const std::string& file, std::uint64_t seeds) {
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const std::string broken = tests::mutated(file, seed);
    for (const UnsupportedPolicy policy : {UnsupportedPolicy::refuse, UnsupportedPolicy::host}) {
      try {
        const Network net = convert(parse_model(broken), "net", {policy});
        EXPECT_GE(macs(net), 0);
      } catch (const std::runtime_error&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, seeds / 4);
}

TEST(TfliteMutations, OfPartsAreReadOrRefused) {
  const std::string file = file_of_parts();
  EXPECT_EQ(convert(parse_model(file), "net", {UnsupportedPolicy::host}).unsupported.size(), 1u);
  expect_read_or_refused(file, 3000);
}

TEST(TfliteMutations, OfProductsAreReadOrRefused) {
  const std::string file = file_of_products();
  EXPECT_TRUE(convert(parse_model(file), "net").unsupported.empty());
  expect_read_or_refused(file, 3000);
}

TEST(TfliteMutations, EveryTruncationIsRefused) {
  const std::string file = file_of_products();
  // The writer's last bytes are alignment that nothing points to.
  for (std::size_t length = 0; length + 4 < file.size(); ++length) {
    EXPECT_THROW(convert(parse_model(file.substr(0, length)), "net"), std::runtime_error) << length;
  }
}

}  // namespace
}  // namespace h4h::workloads::tflite
