#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

const std::string kHostFile = "nets/mediapipe/selfie_segmentation.tflite";

TEST(NetworkCommand, ListsTheBuiltInNetworksWithTheirParameters) {
  const Outcome table = h4h("network list");
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_NE(table.out.find("mobilenet_v1[:WIDTH[:RESOLUTION]]"), std::string::npos) << table.out;
  const auto json = nlohmann::json::parse(h4h("network list --format json").out);
  EXPECT_EQ(json["schema"], "h4h.networks/1");
  EXPECT_EQ(json["networks"].size(), 6u);
  EXPECT_EQ(json["networks"][2]["name"], "resnet18");
  EXPECT_EQ(json["networks"][2]["parameters"], nlohmann::json{"RESOLUTION"});
}

TEST(NetworkCommand, ShowsLayersAsATable) {
  const Outcome o = h4h("network show mobilenet_v2");
  EXPECT_EQ(o.code, 0);
  EXPECT_NE(o.out.find("64 layers, 300774272 MACs"), std::string::npos);
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 3 + 64);
}

TEST(NetworkCommand, ShowsLayersAsJson) {
  const auto json = nlohmann::json::parse(h4h("network show resnet8 --format json").out);
  EXPECT_EQ(json["schema"], "h4h.network/1");
  EXPECT_EQ(json["macs"], 12501632);
  const auto& sum = json["layers"][3];
  EXPECT_EQ(sum["op"], "add");
  EXPECT_EQ(sum["inputs"], (nlohmann::json{"stage1.1/conv2", "stem"}));
  EXPECT_TRUE(sum["index"].is_null());
}

TEST(NetworkCommand, ShowsLayersAsCsv) {
  const TemporaryFolder folder;
  const auto path = folder.write("n.yaml",
                                 "inputs: [{name: x, shape: [8, 8, 3]}]\n"
                                 "layers:\n"
                                 "  - {name: \"a, \\\"b\\\"\", op: conv, out: 5, kernel: 1}\n"
                                 "  - {name: c, op: add, from: [\"a, \\\"b\\\"\", "
                                 "\"a, \\\"b\\\"\"]}\n");
  const std::string end = provenance_row("h4h.network/1");
  EXPECT_EQ(h4h("network show " + path.string() + " --format csv").out,
            "index,op,went,name,inputs,output,macs,weight_bytes,schema,program_version,"
            "model_version\n"
            ",conv,layer,\"a, \"\"b\"\"\",8x8x3,8x8x5,960,15" +
                end + ",add,layer,c,8x8x5+8x8x5,8x8x5,0,0" + end);
}

TEST(NetworkCommand, DrawsTheGraphWithNamesEscaped) {
  const TemporaryFolder folder;
  const auto path = folder.write("n.yaml",
                                 "inputs: [{name: 'x\"y', shape: [8, 8, 3]}]\n"
                                 "layers:\n"
                                 "  - {name: 'a\\b', op: relu}\n"
                                 "  - {name: c, op: mul, from: ['a\\b', 'x\"y']}\n");
  EXPECT_EQ(h4h("network show " + path.string() + " --format dot").out,
            "digraph \"n\" {\n"
            "  node [shape=box];\n"
            "  t0 [shape=ellipse, label=\"x\\\"y\\n8x8x3\"];\n"
            "  t1 [label=\"a\\\\b\\nrelu 8x8x3\"];\n"
            "  t0 -> t1;\n"
            "  t2 [label=\"c\\nmul 8x8x3\"];\n"
            "  t1 -> t2;\n"
            "  t0 -> t2;\n"
            "  out0 [shape=ellipse, label=\"output\"];\n"
            "  t2 -> out0;\n"
            "}\n");
}

TEST(NetworkCommand, AnExportedNetworkCostsTheSame) {
  const TemporaryFolder folder;
  const Outcome yaml = h4h("network show mobilenet_v2 --format yaml");
  ASSERT_EQ(yaml.code, 0) << yaml.err;
  const auto path = folder.write("again.yaml", yaml.out);
  EXPECT_EQ(h4h("network show " + path.string() + " --format yaml").out, yaml.out);
  const std::string command =
      "simulate --platform platforms/h4h-7nm.yaml --mapping npu --format csv --network ";
  EXPECT_EQ(h4h(command + path.string()).out, h4h(command + "mobilenet_v2").out);
}

TEST(NetworkCommand, ListsEveryOperatorOfAFileByIndex) {
  const auto path = shared_file(kHostFile);
  if (path.empty()) GTEST_SKIP() << "needs " << kHostFile << " of ../shared";
  const std::string show = "network show " + path.string() + " --unsupported host --format ";
  const Outcome csv = h4h(show + "csv");
  ASSERT_EQ(csv.code, 0) << csv.err;
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 1 + 246);
  for (std::size_t i = 0; i < 246; ++i) {
    EXPECT_NE(csv.out.find("\n" + std::to_string(i) + ","), std::string::npos) << i;
  }
  const auto json = nlohmann::json::parse(h4h(show + "json").out);
  std::set<std::size_t> indices;
  for (const char* part : {"layers", "folded", "unsupported"}) {
    for (const auto& entry : json[part]) indices.insert(entry["index"].get<std::size_t>());
  }
  EXPECT_EQ(indices.size(), 246u);
  EXPECT_NE(h4h(show + "table --wide")
                .out.find("\n 244 - CUSTOM:Convolution2DTransposeBias left to the host: "),
            std::string::npos);
}

TEST(NetworkCommand, ExportSaysWhatWasLeftToTheHost) {
  const auto path = shared_file(kHostFile);
  if (path.empty()) GTEST_SKIP() << "needs " << kHostFile << " of ../shared";
  const Outcome o = h4h("network show " + path.string() + " --unsupported host --format yaml");
  EXPECT_NE(o.out.find("\nhost:\n  - {index: 244, op: \"CUSTOM:Convolution2DTransposeBias\", "
                       "reason: "),
            std::string::npos)
      << o.out;
}

TEST(NetworkCommand, ListsTheOperatorsOfFilesByTheLayersThatTheyBecome) {
  const Outcome table = h4h("network operators");
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_NE(table.out.find("\ndepth_to_space             no      TFLite DEPTH_TO_SPACE; ONNX "
                           "DepthToSpace\n"),
            std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(h4h("network operators --format json").out);
  EXPECT_EQ(json.at("schema"), "h4h.operators/1");
  std::map<std::string, nlohmann::json> by_name;
  for (const nlohmann::json& row : json.at("operators")) {
    for (const char* format : {"tflite", "onnx"}) {
      for (const std::string name : row.at(format)) by_name[name] = row;
    }
  }
  EXPECT_EQ(by_name.at("CONV_2D").at("layers"), nlohmann::json({"conv", "depthwise"}));
  EXPECT_EQ(by_name.at("CONV_2D").at("macros"), true);
  EXPECT_EQ(by_name.at("Relu").at("npu"), true);
  EXPECT_EQ(by_name.at("Relu").at("macros"), false);
  EXPECT_EQ(by_name.at("Constant").at("npu"), false);
  expect_failure("network operators resnet8", 2, "network operators takes no argument");
  expect_failure("network operators --input 8", 2, "network operators takes no --input");
}

TEST(NetworkCommand, ChecksSeveralNetworks) {
  const Outcome o = h4h("network check resnet8 mobilenet_v1:0.25:128");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.out,
            "resnet8: ok, 15 layers, 12501632 MACs\n"
            "mobilenet_v1:0.25:128: ok, 29 layers, 13570048 MACs\n");
}

TEST(NetworkCommand, ChecksNameEverythingThatIsWrong) {
  const TemporaryFolder folder;
  const std::string bad = folder
                              .write("bad.yaml",
                                     "inputs: [{name: x, shape: [8, 8, 3]}]\n"
                                     "layers:\n"
                                     "  - {name: a, op: conv, out: 4}\n"
                                     "  - {name: b, op: relu, from: x, axis: 3}\n")
                              .string();
  const Outcome o = h4h("network check resnet8 " + bad + " resnet99 none.tflite");
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.out, "");
  for (const std::string part :
       {"resnet8: ok, ", "bad.yaml:3: layer 'a': 'kernel' is missing",
        "bad.yaml:4: layer 'b': unknown key 'axis'",
        "\nresnet99: neither a .tflite, .onnx or .yaml file nor a built-in network (did",
        " you mean 'resnet18'?); ", "built in: mobilenet_v1, ", ", ds_cnn_kws, vit_tiny\n",
        "none.tflite: no such file"}) {
    EXPECT_NE(o.err.find(part), std::string::npos) << part << " not in " << o.err;
  }
}

TEST(NetworkCommand, ChecksRefuseWhatIsNotMappedUnlessTheHostTakesIt) {
  const auto path = shared_file(kHostFile);
  if (path.empty()) GTEST_SKIP() << "needs " << kHostFile << " of ../shared";
  expect_failure("network check " + path.string(), 1, "operator 244 (CUSTOM:Convolution2D");
  const Outcome o = h4h("network check --unsupported host " + path.string());
  EXPECT_EQ(o.code, 0);
  EXPECT_NE(o.out.find(" MACs, in 1 operator left to the host\n"), std::string::npos) << o.out;
}

TEST(NetworkCommand, WrongCommandLinesExitWithTwoAndPrintNothing) {
  expect_failure("network", 2, "subcommand required: list, show, check");
  expect_failure("network draw", 2, "unknown subcommand 'draw'; known: list, show, check");
  expect_failure("network list resnet8", 2, "network list takes no argument");
  expect_failure("network list --format csv", 2, "--format 'csv' is not one of: table, json");
  expect_failure("network list --unsupported host", 2, "network list takes no --unsupported");
  expect_failure("network show", 2, "show requires one network");
  expect_failure("network show resnet8 resnet18", 2, "show requires one network");
  expect_failure("network show resnet8 --format xml", 2,
                 "--format 'xml' is not one of: table, json, csv, dot, yaml");
  expect_failure("network show resnet8 --unsupported drop", 2, "not one of: refuse, host");
  expect_failure("network check", 2, "check requires a network");
  expect_failure("network check resnet8 --format json", 2, "network check takes no --format");
}

}  // namespace
}  // namespace h4h::tests
