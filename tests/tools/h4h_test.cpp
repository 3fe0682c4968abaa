#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

TEST(H4h, SimulatesMobileNetV2OnTheNpuAlone) {
  const Outcome o = h4h("simulate " + kPaper + " --set cim.macros=0 --network mobilenet_v2");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.err, "");
  EXPECT_NE(o.out.find("300.77 MMAC"), std::string::npos);
  EXPECT_NE(o.out.find("; mapping auto: no macros in use\n"), std::string::npos);
}

TEST(H4h, ReportsJsonWhosePartsAddUp) {
  const Outcome o = h4h("simulate " + kPaper + " --network mobilenet_v2 --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const auto json = nlohmann::json::parse(o.out);
  EXPECT_EQ(json["network"]["macs"], 300774272);
  double energy = 0, latency = 0;
  for (const auto& part : json["energy_j"]) energy += part.get<double>();
  for (const auto& layer : json["layers"]) latency += layer["latency_s"].get<double>();
  EXPECT_NEAR(energy, json["totals"]["energy_j"].get<double>(), 1e-12 * energy);
  EXPECT_NEAR(latency, json["totals"]["latency_s"].get<double>(), 1e-9 * latency);
  EXPECT_GT(json["mapping"]["macros_in_use"], 0);
}

TEST(H4h, PrintsTheSameBytesEveryTime) {
  const std::string command = "simulate " + kPaper + " --network mobilenet_v2 --format json";
  EXPECT_EQ(h4h(command).out, h4h(command).out);
}

TEST(H4h, WritesATraceBesideTheReport) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "t.json").string();
  const std::string command = "simulate " + kPaper + " --network mobilenet_v2 --format csv";
  const Outcome o = h4h(command + " --trace " + path);
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.out, h4h(command).out);
  EXPECT_GT(nlohmann::json::parse(std::ifstream(path))["traceEvents"].size(), 1000u);
}

TEST(H4h, FilesThatCannotBeWrittenExitWithOneAndPrintNothing) {
  const std::string command = "simulate " + kPaper + " --network mobilenet_v2 --trace ";
  expect_failure(command + "/none/t.json", 1, "/none/t.json: cannot write: No such file");
  expect_failure(command + "/tmp", 1, "/tmp: cannot write: Is a directory");
}

TEST(H4h, SimulatesTheHandTrackerOfMediapipe) {
  const auto path = shared_file("nets/mediapipe/hand_landmark_lite.tflite");
  if (path.empty())
    GTEST_SKIP() << "needs hand_landmark_lite.tflite of npm package @mediapipe/hands";
  const Outcome o = h4h("simulate " + kPaper + " --network " + path.string() + " --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const auto json = nlohmann::json::parse(o.out);
  EXPECT_EQ(json["network"]["macs"], 145605824);
  EXPECT_NE(json["remarks"].dump().find("costed as if quantised to int8"), std::string::npos);
}

TEST(H4h, CostsSingleLayersInRowOrder) {
  const Outcome o =
      h4h("layers --platform platforms/ethos-u55-sram-only.yaml --csv tests/data/layers.csv "
          "--format csv");
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.out.rfind("layer_id,cycles,npu_cycles,latency_s,energy_j,utilization", 0), 0u);
  EXPECT_EQ(std::count(o.out.begin(), o.out.end(), '\n'), 13);
  EXPECT_LT(o.out.find("\nstem,"), o.out.find("\nclassifier,"));
}

TEST(H4h, LayersAgreeBetweenCsvAndJson) {
  const std::string command =
      "layers --platform platforms/ethos-u55-sram-only.yaml --csv tests/data/layers.csv";
  const auto json = nlohmann::json::parse(h4h(command + " --format json").out);
  const std::string csv = h4h(command).out;
  for (const auto& row : json["layers"]) {
    const std::string start =
        row["layer_id"].get<std::string>() + "," + std::to_string(row["cycles"].get<int>());
    EXPECT_NE(csv.find("\n" + start + ","), std::string::npos) << start;
  }
}

TEST(H4h, ShowsPlatformsWithSourcesAndPlaces) {
  const Outcome o = h4h("platform show platforms/h4h-7nm.yaml --wide --set cim.macros=4");
  EXPECT_EQ(o.code, 0);
  EXPECT_NE(o.out.find("platforms/h4h-7nm.yaml:8"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("platforms/parts/mram-macro.yaml:"), std::string::npos);
  EXPECT_NE(o.out.find("6 ns .. 16 ns"), std::string::npos);
  EXPECT_NE(o.out.find("command line"), std::string::npos);
}

TEST(H4h, MarksAssumptionsAmongTheValuesOfAPlatform) {
  const Outcome o = h4h("platform show --wide platforms/h4h-7nm-flash-weights.yaml");
  EXPECT_NE(o.out.find("\n? marks assumptions: "), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("387.2 MB/s .. 1 GB/s   ? assumption; Arm/vela.ini"), std::string::npos);
  EXPECT_NE(o.out.find("64 cycles                             Arm/vela.ini"), std::string::npos);
}

TEST(H4h, ShowsPlatformsAsJson) {
  const Outcome o = h4h("platform show platforms/h4h-7nm.yaml --set cim.macros=4 --format json");
  ASSERT_EQ(o.code, 0) << o.err;
  const auto json = nlohmann::json::parse(o.out);
  EXPECT_EQ(json["schema"], "h4h.platform/1");
  EXPECT_EQ(json["name"], "h4h-7nm");
  const auto key = [&](const std::string& name) {
    for (const auto& entry : json["keys"]) {
      if (entry["key"] == name) return entry;
    }
    return nlohmann::json();
  };
  const auto step = key("cim.step");
  EXPECT_EQ(step["value"], "9 ns");
  EXPECT_EQ(step["resolved"], "9000 ps");
  EXPECT_EQ(step["range"], (nlohmann::json{"6 ns", "16 ns"}));
  EXPECT_EQ(step["assumption"], true);
  EXPECT_EQ(step["file"], "platforms/parts/mram-macro.yaml");
  EXPECT_EQ(step["line"], 7);
  const auto macros = key("cim.macros");
  EXPECT_EQ(macros["value"], "4");
  EXPECT_EQ(macros["assumption"], false);
  EXPECT_EQ(macros["source"], "command line");
  EXPECT_TRUE(macros["range"].is_null() && macros["file"].is_null() && macros["line"].is_null());
}

TEST(H4h, TellsPlatformsApartKeyByKey) {
  const Outcome o = h4h("platform diff platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml");
  EXPECT_EQ(o.code, 0);
  EXPECT_EQ(o.err, "");
  EXPECT_EQ(o.out,
            "cim.macros               8                    1\n"
            "cim.compute_units        1                    4\n");
}

TEST(H4h, TellsPlatformsApartByResolvedValues) {
  const Outcome o = h4h("platform diff platforms/h4h-7nm.yaml platforms/h4h-7nm-500mhz.yaml");
  EXPECT_NE(
      o.out.find("sram.latency             32 cycles (32000 ps)       32 cycles (64000 ps)\n"),
      std::string::npos)
      << o.out;
  const TemporaryFolder folder;
  const auto base = (source_dir() / "platforms/h4h-7nm.yaml").string();
  const auto same = folder.write("p.yaml", "extends: " + base + "\ncim.step: 0.009 us\n").string();
  const Outcome equal = h4h("platform diff platforms/h4h-7nm.yaml " + same);
  EXPECT_EQ(equal.code, 0);
  EXPECT_EQ(equal.out, "");
  EXPECT_EQ(equal.err, "h4h: every key resolves to the same value in both files\n");
}

TEST(H4h, NewPlatformsAreWhatTheyExtendWithWhatIsSet) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "mine.yaml").string();
  for (const std::string from : {"h4h-7nm", "platforms/h4h-7nm.yaml", "ethos-u55-deep"}) {
    std::filesystem::remove(file);
    const Outcome made =
        h4h("platform new " + file + " --from " + from + " --set sram.size='700 KiB'");
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(h4h("platform diff " + from + " " + file).out.substr(0, 10), "sram.size ");
    EXPECT_EQ(lines(h4h("platform diff " + from + " " + file).out).size(), 1U);
    // Every comment is a key.
    std::string all;
    for (std::string line : lines(content(file))) {
      const bool is_key = line.find(": {value: ") != std::string::npos;
      all += (is_key && line[0] == '#' ? line.substr(2) : line) + "\n";
    }
    const std::string spelled = folder.write("all.yaml", all).string();
    EXPECT_EQ(h4h("platform diff " + file + " " + spelled).out, "")
        << h4h("platform check " + spelled).err;
  }
}

// In a directory of the user's, where nothing of the source tree stands.
TEST(H4h, NewPlatformsCanBeReadWhereverTheyAre) {
  const TemporaryFolder folder;
  const std::string cd = "cd " + folder.path().string() + " && mkdir -p sub && " H4H_BINARY " ";
  const auto in_folder = [&](const std::string& command) { return run(cd + command); };
  std::filesystem::copy(source_dir() / "platforms/measured/ethos-u55-128-high-end.csv",
                        folder.path() / "m: 1.csv");
  for (const std::string arguments :
       {"a.yaml --from platforms/h4h-7nm.yaml", "b.yaml --from platforms/h4h-7nm",
        "sub/c.yaml --from a.yaml",
        "sub/e.yaml --from ethos-u55-high-end --set 'npu.measured=m: 1.csv'"}) {
    const std::string file = arguments.substr(0, arguments.find(' '));
    const Outcome made = in_folder("platform new " + arguments);
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(in_folder("platform check " + file).code, 0) << arguments;
  }
  EXPECT_NE(in_folder("platform new h4h-7nm.yaml --from h4h-7nm").err.find("would extend itself"),
            std::string::npos);
  folder.write("sub/h4h-7nm.yaml", "extends: ethos-u55-deep.yaml\n");
  EXPECT_NE(in_folder("platform new sub/f.yaml --from h4h-7nm").err.find("another file there"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "sub/f.yaml"));
}

TEST(H4h, NewPlatformsReplaceNoFile) {
  const TemporaryFolder folder;
  const std::string file = folder.write("mine.yaml", "name: mine\n").string();
  expect_failure("platform new " + file + " --from h4h-7nm", 1, "exists; it is not replaced");
  expect_failure("platform new " + file, 2, "--from is missing");
  expect_failure("platform new --from h4h-7nm", 2, "new requires one file");
  expect_failure("platform new x.txt --from h4h-7nm", 2, "ends in neither .yaml nor .yml");
  expect_failure("platform show h4h-7nm --from h4h-7nm", 2, "platform show takes no --from");
  EXPECT_EQ(content(file), "name: mine\n");
}

TEST(H4h, ChecksPlatforms) {
  EXPECT_EQ(h4h("platform check platforms/h4h-7nm.yaml platforms/ethos-u55-sram-only.yaml").code,
            0);
  const TemporaryFolder folder;
  const std::string bad = folder.write("bad.yaml", "npu: {clok: 1 GHz}\n").string();
  expect_failure("platform check platforms/h4h-7nm.yaml " + bad, 1,
                 "bad.yaml:1: unknown key 'npu.clok'");
}

TEST(H4h, HelpIsComplete) {
  const Outcome o = h4h("--help");
  EXPECT_EQ(o.code, 0);
  for (const std::string command : {"simulate", "layers", "platform", "network"}) {
    EXPECT_NE(o.out.find("\n  " + command), std::string::npos) << command;
    const Outcome help = h4h(command + " --help");
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.out.rfind("usage: h4h " + command, 0), 0u) << help.out;
  }
  EXPECT_EQ(h4h("--version").out.rfind("h4h ", 0), 0u);
}

TEST(H4h, WrongCommandLinesExitWithTwoAndPrintNothing) {
  expect_failure("", 2, "usage: h4h COMMAND [options]");
  expect_failure("simulat", 2, "unknown command 'simulat' (did you mean 'simulate'?)");
  expect_failure("simulate --plat x", 2,
                 "unrecognised option '--plat' (did you mean '--platform'?)");
  expect_failure("simulate --network mobilenet_v2", 2, "--platform is missing");
  expect_failure("simulate " + kPaper, 2, "--network is missing");
  expect_failure("simulate " + kPaper + " --network mobilenet_v2 --mapping best", 2,
                 "not one of: npu, cim, auto");
  expect_failure("simulate " + kPaper + " --network mobilenet_v2 --set cim.macro=3", 2,
                 "did you mean 'cim.macros'?");
  expect_failure("simulate " + kPaper + " --network mobilenet_v2 --set cim.macros=x", 2,
                 "'x' is not a number");
  expect_failure("simulate " + kPaper + " --network mobilenet_v2 stray", 2,
                 "unexpected argument 'stray'");
  expect_failure("platform frobnicate x", 2,
                 "unknown subcommand 'frobnicate'; known: check, show, diff, new, schema");
  expect_failure("platform", 2,
                 "h4h platform: subcommand required: check, show, diff, new, schema");
  expect_failure("platform check", 2, "a platform file is required");
  expect_failure("platform check platforms/h4h-7nm.yaml --set cim.macros=1", 2,
                 "platform check takes no --set; platform show does");
  expect_failure("platform show", 2, "show requires one file");
  expect_failure("platform show a b", 2, "show requires one file");
  expect_failure("platform show platforms/h4h-7nm.yaml --format xml", 2,
                 "--format 'xml' is not one of: table, json");
  expect_failure("platform diff platforms/h4h-7nm.yaml", 2, "diff requires two files");
  expect_failure("platform diff a b --set cim.macros=1", 2, "platform diff takes no --set");
  expect_failure("platform schema platforms/h4h-7nm.yaml", 2, "platform schema takes no file");
  expect_failure("platform schema --format json", 2, "platform schema takes no --format");
}

TEST(H4h, WrongFilesExitWithOneAndPrintNothing) {
  expect_failure("simulate --platform none.yaml --network mobilenet_v2", 1,
                 "none.yaml: no such file");
  expect_failure("simulate " + kPaper + " --network resnet99", 1,
                 "neither a .tflite, .onnx or .yaml file nor a built-in network");
  expect_failure("simulate " + kPaper + " --network none.tflite", 1, "none.tflite: no such file");
  expect_failure("simulate " + kPaper + " --network platforms/h4h-7nm.yaml", 1,
                 "platforms/h4h-7nm.yaml:4: unknown key 'extends'");
  expect_failure(
      "simulate " + kPaper +
          " --network mobilenet_v2 --set 'sram.size=1 MiB' --set sram.overflow=infeasible",
      1, "is infeasible on h4h-7nm: activations do not fit");
  expect_failure("layers " + kPaper + " --csv README.md", 1,
                 "README.md:1: column 'layer_id' is missing");
  expect_failure("platform diff platforms/h4h-7nm.yaml none.yaml", 1, "none.yaml: no such file");
}

TEST(H4h, LayersNamesEveryRowThatHasNoCosts) {
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("l.csv",
                                      "layer_id,op,H,W,Cin,Cout,k,stride\n"
                                      "a,pw1x1,900,900,16,32,1,1\nb,pw1x1,8,8,16,32,1,1\n"
                                      "c,pw1x1,900,900,16,64,1,1\n")
                               .string();
  const std::string small = "layers " + kPaper + " --set sram.overflow=infeasible --csv " + file;
  for (const char* const place : {":2: layer a: activations", "\n", ":4: layer c: activations"}) {
    expect_failure(small, 1, place == std::string("\n") ? "\n" + file + ":4" : file + place);
  }
  EXPECT_EQ(h4h(small).err.find(":3:"), std::string::npos);
  expect_failure("layers " + kPaper + " --max-latency 1ns --csv " + file, 1,
                 file + ":3: layer b: its latency of ");
}

}  // namespace
}  // namespace h4h::tests
