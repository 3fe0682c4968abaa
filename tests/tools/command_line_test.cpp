#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "base/text/wrap.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

const std::string kSmall = "simulate " + kPaper + " --network ds_cnn_kws ";

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void expect_eighty_columns(const std::string& arguments) {
  const Outcome o = h4h(arguments);
  EXPECT_EQ(o.code, 0) << arguments << o.err;
  EXPECT_NE(o.out, "") << arguments;
  for (const std::string& line : lines_of(o.out)) EXPECT_LE(line.size(), 80u) << line;
}

const std::vector<std::string> kCommands{"simulate", "explain",   "layers",   "sweep", "compare",
                                         "oracle",   "platform",  "network",  "space", "search",
                                         "fronts",   "reproduce", "validate", "cache"};

TEST(CommandLine, HelpIsACommandAndAnOption) {
  const Outcome help = h4h("help");
  EXPECT_EQ(help.code, 0);
  EXPECT_EQ(help.out, h4h("--help").out);
  EXPECT_EQ(help.out, h4h("-h").out);
  for (const std::string& command : kCommands) {
    EXPECT_NE(help.out.find("\n  " + command + " "), std::string::npos) << command;
    EXPECT_EQ(h4h("help " + command).out, h4h(command + " --help").out) << command;
  }
  expect_failure("help simulat", 2, "unknown command 'simulat' (did you mean 'simulate'?)");
}

TEST(CommandLine, VersionIsAnOptionOfTwoNames) {
  EXPECT_EQ(h4h("-V").out, h4h("--version").out);
  EXPECT_EQ(h4h("-V").out.rfind("h4h ", 0), 0u);
}

TEST(CommandLine, AloneItPrintsItsHelpToStderr) {
  const Outcome o = h4h("");
  EXPECT_EQ(o.code, 2);
  EXPECT_EQ(o.out, "");
  EXPECT_EQ(o.err, h4h("help").out);
}

TEST(CommandLine, HelpFitsEightyColumnsAndShowsNoPositionalNames) {
  expect_eighty_columns("help");
  for (const std::string& command : kCommands) {
    expect_eighty_columns(command + " --help");
    const std::string help = h4h(command + " --help").out;
    for (const char* const leaked :
         {"--names", "--files", "--words", "--arguments", "--study", "--dir ", " arg "}) {
      EXPECT_EQ(help.find(leaked), std::string::npos) << command << leaked;
    }
  }
}

TEST(CommandLine, OneOptionHasOneTextInEveryCommand) {
  const auto text_of = [](const std::string& command, const std::string& option) {
    const std::string help = h4h(command + " --help").out;
    const std::size_t begin = help.find("\n  --" + option + " ");
    if (begin == std::string::npos) return std::string();
    std::string text;
    for (const std::string& line : lines_of(help.substr(begin + 1))) {
      if (!text.empty() && line.rfind("  -", 0) == 0) break;
      std::istringstream words(line);
      for (std::string word; words >> word;) text += word + " ";
    }
    return text;
  };
  for (const char* const option : {"effort", "objective", "max-latency", "max-energy"}) {
    const std::string text = text_of("simulate", option);
    ASSERT_NE(text, "") << option;
    for (const char* const command : {"sweep", "compare", "layers"}) {
      EXPECT_EQ(text_of(command, option), text) << command;
    }
  }
  for (const char* const command : {"sweep", "compare"}) {
    EXPECT_EQ(text_of(command, "fps"), text_of("simulate", "fps"));
  }
  std::string mapping = text_of("simulate", "mapping");
  EXPECT_EQ(text_of("sweep", "mapping"), mapping);
  std::string without_files = text_of("compare", "mapping");  // which takes no mapping file
  without_files.pop_back();
  const std::string file = "|FILE";
  ASSERT_NE(mapping.find(file), std::string::npos) << mapping;
  mapping.erase(mapping.find(file), file.size());
  EXPECT_EQ(mapping.rfind(without_files + "; or a mapping file", 0), 0U) << mapping;
  for (const char* const command : {"compare", "oracle", "search", "reproduce"}) {
    EXPECT_EQ(text_of(command, "jobs"), text_of("sweep", "jobs")) << command;
  }
}

TEST(CommandLine, MistypedNamesGetASuggestion) {
  expect_failure("simualte", 2, "(did you mean 'simulate'?)");
  expect_failure("sweep --netwrk resnet8", 2, "(did you mean '--network'?)");
  expect_failure("platform shwo x", 2, "unknown subcommand 'shwo' (did you mean 'show'?)");
  expect_failure("reproduce fig12 --out x", 2, "(did you mean 'fig1'?)");
  expect_failure(kSmall + "--objective latancy", 2, "(did you mean 'latency'?)");
  expect_failure("simulate " + kPaper + " --network mobilnet_v2:0.5", 1,
                 "(did you mean 'mobilenet_v2'?)");
  expect_failure("--frobnicate", 2, "unknown option '--frobnicate'; known: --help, --version");
}

TEST(CommandLine, ErrorsNameTheCommandAndItsHelp) {
  const Outcome o = h4h("simulate --network resnet8");
  EXPECT_EQ(o.code, 2);
  EXPECT_EQ(o.err, "h4h simulate: --platform is missing; see 'h4h simulate --help'\n");
}

TEST(CommandLine, AnArgumentWithoutOptionNamesTheOptionThatWasMeant) {
  expect_failure("simulate " + kPaper + " mobilenet_v2", 2,
                 "unexpected argument 'mobilenet_v2' (did you mean '--network mobilenet_v2'?)");
  expect_failure("simulate platforms/h4h-7nm.yaml --network resnet8", 2,
                 "(did you mean '--platform platforms/h4h-7nm.yaml'?)");
  expect_failure(kSmall + "stray", 2, "unexpected argument 'stray'; see ");
}

TEST(CommandLine, AnInputIsSizesWithAnXBetweenThem) {
  const std::string command = "simulate " + kPaper + " --network resnet8 --input ";
  for (const char* wrong :
       {"x", "1x", "1xx3", "1,32,32,3", "0x32", "1x-3", "1x65537", "1x3.5", "''"}) {
    expect_failure(command + wrong, 2, " is not a shape: sizes of 1 to 65536 with an x between");
  }
  expect_failure(command + "1x32x32x3", 1, "resnet8: states the shape of its input");
  expect_failure("network show resnet8 --input 1x32x32x3", 1, "states the shape of its input");
  expect_failure("network list --input 1x32x32x3", 2, "network list takes no --input");
  expect_failure("simulate " + kPaper + " --network nas/spaces/toy.yaml#min --input 8", 1,
                 "a network of a search space states its input");
  expect_failure(
      "sweep " + kPaper +
          " --network resnet8 --network vit_tiny --input 8 --vary cim.macros=1 --out /tmp/x",
      2, "--input needs a single --network");
}

TEST(CommandLine, OnnxFilesAreNetworks) {
  expect_failure("simulate " + kPaper + " --network net.onnx", 1, "net.onnx: ");
  const auto file = tests::shared_file("cases/onnx/ResNet8_fp32.onnx");
  if (file.empty()) GTEST_SKIP() << "no ../shared/cases/onnx";
  const Outcome report = h4h("simulate " + kPaper + " --network '" + file.string() + "'");
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_NE(report.out.find("ResNet8_fp32"), std::string::npos);
}

// One layer apart by 0.03 %: PyTorch pads ahead of the image, TensorFlow and the builder behind it.
TEST(CommandLine, AnOnnxMobileNetCostsWhatTheBuildersCosts) {
  const auto file = tests::shared_file("nets/onnx/tv_mobilenet_v2.onnx");
  if (file.empty()) GTEST_SKIP() << "no ../shared/nets/onnx";
  const auto layers = [](const std::string& network) {
    const Outcome o = h4h("simulate " + kPaper + " --format json --network '" + network + "'");
    return nlohmann::json::parse(o.out).at("layers");
  };
  const auto read = layers(file.string()), built = layers("mobilenet_v2");
  ASSERT_EQ(read.size(), built.size());
  int different = 0;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const double cycles = read[i].at("cycles"), expected = built[i].at("cycles");
    EXPECT_NEAR(cycles, expected, 0.0005 * expected) << read[i].at("name");
    different += cycles == expected ? 0 : 1;
  }
  EXPECT_LE(different, 1);
}

TEST(Tables, FitEightyColumnsUnlessTheyAreWide) {
  for (const std::string& command : std::vector<std::string>{
           "simulate " + kPaper + " --network mobilenet_v2",
           "simulate " + kPaper + " --network vit_tiny",
           kSmall + "--fps 30 --uncertainty --samples 2",
           std::string("platform show platforms/h4h-7nm.yaml"), std::string("network list"),
           std::string("network show mobilenet_v2"), std::string("reproduce --list"),
           std::string("space show nas/spaces/h4h-imagenet.yaml")}) {
    expect_eighty_columns(command);
  }
  const std::string wide = h4h(kSmall + "--wide").out;
  EXPECT_NE(wide.find("NoC kB"), std::string::npos);
  EXPECT_EQ(h4h(kSmall).out.find("NoC kB"), std::string::npos);
  EXPECT_NE(h4h("network show resnet8 --wide").out.find("input "), std::string::npos);
}

TEST(Tables, TopShowsTheLayersThatTakeLongest) {
  const auto report = nlohmann::json::parse(h4h(kSmall + "--format json").out);
  std::vector<double> times;
  double all = 0;
  for (const auto& layer : report["layers"]) {
    times.push_back(layer["latency_s"]);
    all += times.back();
  }
  std::sort(times.rbegin(), times.rend());
  const Outcome o = h4h(kSmall + "--top 2");
  ASSERT_EQ(o.code, 0) << o.err;
  const std::vector<std::string> lines = lines_of(o.out);
  const auto header = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.rfind("layer ", 0) == 0;
  });
  ASSERT_GT(lines.end() - header, 3);
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(
        header[i + 1].find(fmt::format("{:.2f}", times.at(static_cast<std::size_t>(i)) * 1e6)),
        std::string::npos)
        << header[i + 1];
  }
  EXPECT_EQ(header[3], fmt::format("({} more layers: {:.1f} % of the latency)", times.size() - 2,
                                   100 * (1 - (times[0] + times[1]) / all)));
  EXPECT_EQ(h4h(kSmall + "--top 1000").out, h4h(kSmall + "--top 999").out);
}

TEST(Tables, OptionsOfTablesAreRefusedForOtherFormats) {
  expect_failure(kSmall + "--top 2 --format json", 2, "--top needs --format table");
  expect_failure(kSmall + "--top 0", 2, "--top '0' is not an integer from 1");
  expect_failure("network show resnet8 --wide --format json", 2, "--wide needs --format table");
  expect_failure("network list --wide", 2, "network list takes no --wide");
  expect_failure("platform show platforms/h4h-7nm.yaml --wide --format json", 2,
                 "--wide needs --format table");
}

TEST(Tables, SayInferencesPerSecond) {
  EXPECT_NE(h4h(kSmall).out.find(" inferences/s)\n"), std::string::npos);
}

TEST(Wrapped, BreaksAtSpacesAndIndentsWhatFollows) {
  EXPECT_EQ(wrapped("one two three\nfour\n", 2, 8), "one two\n  three\nfour\n");
  EXPECT_EQ(wrapped("abcdefghij k\n", 2, 8), "abcdefghij k\n") << "nowhere to break";
  EXPECT_EQ(wrapped("", 2), "");
}

TEST(CompareOptions, NamesTheBetterPlatformAndAveragePower) {
  const TemporaryFolder folder;
  const Outcome o = h4h(
      "compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml --network ds_cnn_kws --samples 4 "
      "--fps 30 --out " +
      (folder.path() / "o").string());
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("latency: "), std::string::npos) << o.out;
  EXPECT_NE(o.out.find(" of samples (h4h-7nm"), std::string::npos) << o.out;
  EXPECT_NE(o.out.find("average power mW"), std::string::npos) << o.out;
  for (const std::string& line : lines_of(o.out)) {
    if (line.rfind("see ", 0) == 0) continue;  // a path may be long
    EXPECT_LE(line.size(), 80u) << line;
  }
  expect_failure(
      "compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml --network ds_cnn_kws "
      "--samples 1 --max-latency 1ns --out " +
          (folder.path() / "p").string(),
      1, "ds_cnn_kws is infeasible on platforms/h4h-7nm.yaml: its latency of ");
}

TEST(Jobs, OfSimulateChangeNothingInItsReport) {
  const std::string command = kSmall + "--format json --cache none ";
  EXPECT_EQ(h4h(command + "--jobs 2").out, h4h(command).out);
}

// The shell of the test runs `command` in the background, waits until it has begun and signals it.
Outcome interrupted(const std::string& command, const std::string& when, const char* signal) {
  return run("sh -c '" H4H_BINARY " " + command + " & p=$!; for i in $(seq 600); do [ -e \"" +
             when + "\" ] && break; sleep 0.05; done; sleep 0.3; kill -" + signal +
             " $p; wait $p; echo code $?'");
}

TEST(Interrupt, ALongCommandSaysHowToResumeAndEndsByTheSignal) {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "o").string();
  const std::string command = "sweep " + kPaper +
                              " --network mobilenet_v2 --jobs 1 --uncertainty --samples 200 "
                              "--vary cim.macros=4..8 --out " +
                              out;
  const Outcome o = interrupted(command, out + "/sweep.checkpoint.json", "TERM");
  EXPECT_NE(o.out.find("code 143"), std::string::npos) << o.out;
  EXPECT_NE(o.err.find("h4h: interrupted"), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("; rerun the same command to resume\n"), std::string::npos) << o.err;
}

}  // namespace
}  // namespace h4h::tests
