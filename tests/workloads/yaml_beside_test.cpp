#include <gtest/gtest.h>

#include "tests/support/files.hpp"
#include "workloads/import/yaml/reader.hpp"

// What a network file says beside its layers: weights that they share, states, the host.
namespace h4h::workloads {
namespace {

const std::string kEightByEight = "inputs: [{name: x, shape: [8, 8, 4]}]\n";

std::string parse_problem(const std::string& text) {
  return tests::message_of<NetworkError>([&] { parse_yaml_network(text, "net.yaml"); });
}

void expect_part(const std::string& message, const std::string& part) {
  EXPECT_NE(message.find(part), std::string::npos) << "not in: " << message;
}

TEST(NetworkYamlBeside, SharedWeightsAreThoseOfALayerAboveWithAsMany) {
  const auto second = [](const std::string& keys) {
    return kEightByEight + "layers:\n  - {name: a, op: conv, out: 4, kernel: 3, padding: same}\n" +
           "  - {name: b, op: conv, " + keys + "}\n";
  };
  const Network net = parse_yaml_network(second("out: 4, kernel: 3, weights_of: a"), "net.yaml");
  EXPECT_EQ(net.layers[1].weights_of, 0u);
  EXPECT_EQ(weight_bytes(net), 9 * 4 * 4);
  EXPECT_EQ(parse_problem(second("out: 4, kernel: 1, weights_of: a")),
            "net.yaml:4: layer 'b': weights_of: 'a' has other weights: operator, kernel and "
            "channels must be the same");
  EXPECT_EQ(parse_problem(second("out: 4, kernel: 3, weights_of: c")),
            "net.yaml:4: layer 'b': weights_of: 'c' is not a layer above this one");
  expect_part(parse_problem(second("out: 4, kernel: 3, weights_of: b")),
              "'b' is not a layer above");
  expect_part(parse_problem(kEightByEight + "layers: [{name: a, op: relu, weights_of: b}]"),
              "weights_of");
}

TEST(NetworkYamlBeside, OperatorsOfTheHostAndStatesNameWhatTheNetworkHas) {
  const std::string chain = kEightByEight + "layers: [{name: a, op: relu}]\n";
  const auto host = [&](const std::string& keys) {
    return parse_problem(chain + "host:\n" + keys);
  };
  expect_part(host("  - {op: TOPK, reads: [a], before: a}\n  - {op: TOPK, before: x}"),
              "net.yaml:5: host: before: 'x' is not a layer");
  expect_part(host("  - {op: TOPK, reads: [b]}"), "net.yaml:4: host: 'b' is not the name of");
  expect_part(host("  - {op: TOPK, macs: -1}"), "net.yaml:4: host: macs");
  expect_part(host("  - {op: TOPK, makes: [a]}"),
              "net.yaml:4: host: makes: what the host makes must be among the inputs");
  expect_part(host("  - {reads: [a]}"), "net.yaml:4: host: 'op' is missing");
  expect_part(parse_problem(chain + "states: [{name: s}]"),
              "net.yaml:3: state: 'bytes' is missing");
  EXPECT_EQ(parse_yaml_network(chain + "host: [{op: TOPK, reads: [a]}]", "net.yaml")
                .unsupported[0]
                .before,
            1u);
}

}  // namespace
}  // namespace h4h::workloads
