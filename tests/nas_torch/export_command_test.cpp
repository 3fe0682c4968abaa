#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/nas_torch/small_images.hpp"
#include "tests/support/command.hpp"
#include "workloads/import/onnx/model.hpp"

namespace h4h::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

// A supernet of two steps and a search on it.
class ExportCommand : public testing::Test {
 protected:
  ExportCommand() {
    EXPECT_EQ(h4h(small_.train(small_.at("t"))).code, 0);
    EXPECT_EQ(h4h(small_.search(small_.at("t"), small_.at("s"))).code, 0);
  }
  static Outcome h4h(const std::string& command) { return run(H4H_BINARY " " + command); }
  Outcome export_row(const std::string& more) const {
    return h4h("export '" + small_.at("s") + "#1' " + more);
  }
  std::string out(const std::string& name) const { return " --out " + small_.at(name); }
  std::string bytes(const std::string& name) const { return content(small_.path() / name); }
  void expect_refused(const std::string& arguments, int code, const std::string& message) const {
    const Outcome o = h4h("export " + arguments);
    EXPECT_EQ(o.code, code) << arguments;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
  }

  SmallTraining small_;
};

TEST_F(ExportCommand, FilesCostWhatTheRowCosts) {
  ASSERT_EQ(export_row(out("n.onnx") + out("n.tflite")).code, 0);
  ASSERT_EQ(export_row(out("q.onnx") + " --int8").code, 0);
  const auto layers = [&](const std::string& network) {
    const Outcome o =
        h4h("simulate --platform platforms/h4h-7nm.yaml --objective energy --format "
            "json --network '" +
            small_.at(network) + "'");
    EXPECT_EQ(o.code, 0) << o.err;
    Json rows = Json::array();
    for (const Json& layer : Json::parse(o.out)["layers"]) {
      // The weights of a file are known, so the NPU's decoder may read fewer bytes of them.
      rows.push_back({layer["op"], layer["output"], layer["macs"]});
    }
    return rows;
  };
  const Json expected = layers("s#1");
  for (const char* const file : {"n.onnx", "q.onnx", "n.tflite"}) EXPECT_EQ(layers(file), expected);
}

TEST_F(ExportCommand, AccuracyInFloatIsThatOfTheSearch) {
  const Outcome o = export_row(out("n.onnx") + " --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const Json made = Json::parse(o.out), search = Json::parse(bytes("s/search.json"));
  EXPECT_EQ(made["schema"], "h4h.export/1");
  EXPECT_EQ(made["genotype"], search["front"][0]["genotype"]);
  EXPECT_EQ(made["accuracy"]["held_out"]["float32"], search["front"][0]["accuracy"]);
  EXPECT_EQ(made["accuracy"]["test"]["float32"], search["front"][0]["test_accuracy"]);
  EXPECT_GE(made["accuracy"]["test"]["int8"], 0.0);
  EXPECT_EQ(made["files"][0]["precision"], "float32");
  EXPECT_EQ(made["input"]["channels"], 3);
  EXPECT_EQ(made["input"]["images"]["height"], 32);
  EXPECT_NE(made["input"]["images"]["preparation"].get<std::string>().find("2 black pixels"),
            std::string::npos);
}

TEST_F(ExportCommand, SearchesByIntegersHaveTheAccuraciesOfTheirFiles) {
  const Outcome o = h4h(small_.search(small_.at("t"), small_.at("i")) + " --precision int8");
  ASSERT_EQ(o.code, 0) << o.err;
  const Json search = Json::parse(bytes("i/search.json"));
  EXPECT_NE(search["arguments"]["accuracy"].get<std::string>().find(" in int8-2"),
            std::string::npos);
  const Outcome made = h4h("export '" + small_.at("i") + "#1' --format json" + out("n.tflite"));
  ASSERT_EQ(made.code, 0) << made.err;
  const Json accuracy = Json::parse(made.out)["accuracy"];
  EXPECT_EQ(accuracy["held_out"]["int8"], search["front"][0]["accuracy"]);
  EXPECT_EQ(accuracy["test"]["int8"], search["front"][0]["test_accuracy"]);
}

TEST_F(ExportCommand, FilesSayWhatTheirInputIs) {
  ASSERT_EQ(export_row(out("n.onnx") + out("n.tflite")).code, 0);
  for (const char* const file : {"n.onnx", "n.tflite"}) {
    const std::string text = bytes(file);
    EXPECT_NE(text.find("\"schema\":\"h4h.export/1\""), std::string::npos);
    EXPECT_NE(text.find("\"deviation\":["), std::string::npos);
  }
}

TEST_F(ExportCommand, NetworksOfASpaceNeedTheWeightsToBeNamed) {
  const std::string network = "'" + small_.space() + "#min' ";
  expect_refused(network + out("n.onnx"), 2, "--accuracy is missing");
  const Outcome o = h4h("export " + network + "--accuracy " + small_.at("t") + out("n.onnx"));
  EXPECT_EQ(o.code, 0) << o.err;
}

TEST_F(ExportCommand, RefusesWhatItCannotWrite) {
  const std::string row = "'" + small_.at("s") + "#1' ";
  expect_refused("", 2, "one network is needed");
  expect_refused(small_.at("s") + out("n.onnx"), 2, "one network is needed");
  expect_refused(row, 2, "--out is missing");
  expect_refused(row + out("n.pb"), 2, "ends in neither .onnx nor .tflite");
  expect_refused(row + out("n.onnx") + out("n.onnx"), 2, "n.onnx");
  expect_refused(row + out("n.onnx") + " --lr 0.1", 2, "--lr needs --fine-tune");
  expect_refused(row + out("n.onnx") + " --fine-tune 0", 2, "--fine-tune");
  expect_refused(row + out("n.onnx") + " --fine-tune 1 --lr 0", 2, "--lr must be above 0");
  expect_refused("'" + small_.at("s") + "#99' " + out("n.onnx"), 1, "has no row '99'");
  expect_refused(row + " --accuracy " + small_.at("s") + out("n.onnx"), 1, "no checkpoint.bin");
  expect_refused(row + out("missing/n.onnx"), 1, "missing is no directory");
}

TEST_F(ExportCommand, WeightsThatWereTrainedAgainAreNotThoseOfTheSearch) {
  fs::remove_all(small_.path() / "t");
  ASSERT_EQ(h4h(small_.train(small_.at("t"), 3)).code, 0);
  const std::string row = "'" + small_.at("s") + "#1' ";
  expect_refused(row + out("n.onnx"), 1, "was trained again since the search");
  fs::remove(small_.path() / "s/search.json");
  EXPECT_EQ(h4h("export " + row + "--accuracy " + small_.at("t") + out("n.onnx")).code, 0);
}

TEST_F(ExportCommand, ASearchByATableHasNoWeights) {
  fs::remove_all(small_.path() / "t");
  expect_refused("'" + small_.at("s") + "#1' " + out("n.onnx"), 2,
                 "which is not the directory of an `h4h train`; name one with --accuracy");
}

TEST_F(ExportCommand, FineTuningGivesTheSameBytesEveryTimeAndLeavesNothingElse) {
  ASSERT_EQ(export_row(out("a.onnx")).code, 0);
  ASSERT_EQ(export_row("--fine-tune 1" + out("b.onnx")).code, 0);
  ASSERT_EQ(export_row("--fine-tune 1" + out("c.onnx")).code, 0);
  EXPECT_NE(bytes("a.onnx"), bytes("b.onnx"));
  EXPECT_EQ(bytes("b.onnx"), bytes("c.onnx"));
  EXPECT_FALSE(fs::exists(small_.path() / "b.onnx.checkpoint"));
}

TEST_F(ExportCommand, CheckpointsOfSomethingElseAreNotResumedFrom) {
  fs::copy(small_.path() / "t/checkpoint.bin", small_.path() / "b.onnx.checkpoint");
  expect_refused("'" + small_.at("s") + "#1' --fine-tune 1" + out("b.onnx"), 1,
                 "b.onnx.checkpoint: is of another network or other options");
}

}  // namespace
}  // namespace h4h::tests
