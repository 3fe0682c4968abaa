#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/tflite_writer.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

// Whatever is wrong with a file is named on stderr, with exit code 1 and nothing on stdout.
struct BadInput {
  const char* name;
  const char* file;     // its name decides the reader
  const char* content;  // "@base" stands for a line that extends h4h-7nm
  const char* message;
};

const BadInput kPlatforms[] = {
    {"Empty", "p.yaml", "", "a platform file must be a map of keys"},
    {"Syntax", "p.yaml", "a: [1, 2\nb: 3\n", "YAML: "},
    {"UnknownKey", "p.yaml", "@base\nnpu: {clok: 1 GHz}\n",
     ":2: unknown key 'npu.clok' (did you mean 'npu.clock'?)"},
    {"WrongUnit", "p.yaml", "@base\ncim.step: 9 GB\n",
     ":2: cim.step: '9 GB' is not a time: wrong unit 'GB'; allowed: ps, ns, us, ms, s"},
    {"NoUnit", "p.yaml", "@base\ncim.step: 9\n", ":2: cim.step: '9' has no unit"},
    {"NotANumber", "p.yaml", "@base\nenergy.npu_mac: .nan\n",
     ":2: energy.npu_mac: '.nan' is not a number"},
    {"Negative", "p.yaml", "@base\nnoc.bandwidth: -8 GB/s\n", "must not be negative"},
    {"Zero", "p.yaml", "@base\nnoc.bandwidth: 0 GB/s\n",
     "is out of bounds; allowed: 1 MB/s .. 1000 GB/s"},
    {"Overflow", "p.yaml", "@base\nsram.size: 99999999999999999 GiB\n", "is too large"},
    {"ManyDigits", "p.yaml", "@base\ncim.macros: 99999999999999999999999\n", "at most 18 digits"},
    {"ExtendsItself", "p.yaml", "name: a\nextends: p.yaml\n", ":2: extends "},
    {"ExtendsNothing", "p.yaml", "extends: none.yaml\n", ":1: extends "},
    {"Alias", "p.yaml", "a: &x [*x]\n", "p.yaml:1: "},
};

const BadInput kNetworks[] = {
    {"Empty", "n.yaml", "", "n.yaml"},
    {"Syntax", "n.yaml", "name: [1, 2\nlayers: 3\n", "n.yaml:"},
    {"UnknownKey", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [8, 8, 4]}]\nlayers:\n  - {name: a, op: relu, kernal: "
     "3}\n",
     "n.yaml:4: "},
    {"UnknownOp", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [8, 8, 4]}]\nlayers:\n  - {name: a, op: konv}\n",
     "n.yaml:4: "},
    {"ReadsItself", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [8, 8, 4]}]\nlayers:\n  - {name: a, op: add, from: [a, "
     "x]}\n",
     "n.yaml:4: "},
    {"Cycle", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [8, 8, 4]}]\nlayers:\n  - {name: a, op: add, from: [x, "
     "b]}\n  - {name: b, op: relu, from: a}\n",
     "n.yaml:4: "},
    {"MismatchedShapes", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [8, 8, 4]}, {name: y, shape: [8, 9, 4]}]\nlayers:\n  - "
     "{name: a, op: add, from: [x, y]}\n",
     "does not broadcast"},
    {"HugeShape", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [99999999, 99999999, 99999999]}]\nlayers:\n  - {name: a, "
     "op: relu}\n",
     "n.yaml:2: "},
    {"NotUtf8", "n.yaml",
     "name: n\ninputs: [{name: x, shape: [8, 8, 4]}]\nlayers:\n  - {name: stem\xb2, op: relu}\n",
     "n.yaml:4: text that is not UTF-8"},
    {"EmptyTflite", "n.tflite", "", "not a TensorFlow Lite file"},
    {"TextAsTflite", "n.tflite", "this is not a flatbuffer at all", "not a TensorFlow Lite file"},
};

class BadPlatform : public ::testing::TestWithParam<BadInput> {};
class BadNetwork : public ::testing::TestWithParam<BadInput> {};

std::string written(const TemporaryFolder& folder, const BadInput& bad) {
  std::string text = bad.content;
  if (text.rfind("@base", 0) == 0) {
    text = "extends: " + (source_dir() / "platforms/h4h-7nm.yaml").string() + text.substr(5);
  }
  return folder.write(bad.file, text).string();
}

TEST_P(BadPlatform, IsNamedWithExitCodeOne) {
  const TemporaryFolder folder;
  const std::string file = written(folder, GetParam());
  expect_failure("platform check " + file, 1, GetParam().message);
  const std::string page = (folder.path() / "page.html").string();
  expect_failure("simulate --platform " + file + " --network mobilenet_v2 --html " + page, 1,
                 GetParam().message);
  EXPECT_FALSE(std::filesystem::exists(page));
}

TEST_P(BadNetwork, IsNamedWithExitCodeOne) {
  const TemporaryFolder folder;
  const std::string file = written(folder, GetParam());
  expect_failure("network check " + file, 1, GetParam().message);
  const std::string trace = (folder.path() / "trace.json").string();
  expect_failure("simulate " + kPaper + " --network " + file + " --trace " + trace, 1,
                 GetParam().message);
  EXPECT_FALSE(std::filesystem::exists(trace));
}

std::string bad_name(const ::testing::TestParamInfo<BadInput>& bad) { return bad.param.name; }
INSTANTIATE_TEST_SUITE_P(Files, BadPlatform, ::testing::ValuesIn(kPlatforms), bad_name);
INSTANTIATE_TEST_SUITE_P(Files, BadNetwork, ::testing::ValuesIn(kNetworks), bad_name);

TEST(BadInputs, MissingFilesAndFoldersAreNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.path().string();
  expect_failure("platform check " + path, 1, "is a directory");
  expect_failure("platform check " + path + "/none.yaml", 1, "no such file");
  for (const std::string extension : {".tflite", ".yaml"}) {
    std::filesystem::create_directory(path + "/folder" + extension);
    expect_failure("network check " + path + "/folder" + extension, 1, "folder" + extension);
    expect_failure("network check " + path + "/none" + extension, 1, "none" + extension);
  }
}

// A file of about 1 kB whose weights claim to have 2^32 elements.
std::string lying_tflite() {
  TfliteWriter w;
  const int in = w.tensor("image", {1, 65536, 65536, 1}, TfliteWriter::kInt8);
  const int weights =
      w.tensor("w", {65536, 1, 1, 65536}, TfliteWriter::kInt8, std::string(64, 'x'));
  const int out = w.tensor("out", {1, 65536, 65536, 65536}, TfliteWriter::kInt8);
  w.conv({in, weights}, out, 0, 1, 0);
  return w.finish({in}, {out});
}

long peak_kib_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return usage.ru_maxrss;
}

TEST(BadInputs, AFileThatClaimsGigabytesCostsNoMemory) {
  const TemporaryFolder folder;
  const std::string file = folder.write("lie.tflite", lying_tflite()).string();
  ASSERT_LT(std::filesystem::file_size(file), 2048u);
  h4h("--version");
  const long before = peak_kib_of_children();
  expect_failure("network check " + file, 1, "lie.tflite: ");
  EXPECT_LE(peak_kib_of_children() - before, 64 * 1024);
}

TEST(BadInputs, AVectorThatClaimsFourGigabytesIsRefused) {
  std::string file = lying_tflite();
  // Every 32-bit word in turn claims to be a length of almost 4 GB.
  const TemporaryFolder folder;
  int named = 0;
  for (std::size_t at = 8; at + 4 <= file.size(); at += 64) {
    std::string broken = file;
    broken.replace(at, 4, "\xf0\xff\xff\xff");
    const Outcome o = h4h("network check " + folder.write("lie.tflite", broken).string());
    EXPECT_EQ(o.code, 1) << at;
    EXPECT_EQ(o.out, "") << at;
    named += o.err.find("lie.tflite") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(named, 5);
}

// The limits on time and memory end the test where a plan is built after all.
#if defined(__SANITIZE_ADDRESS__)
const std::string kLittleMemory;  // AddressSanitizer reserves terabytes of addresses
#else
const std::string kLittleMemory = "ulimit -v 4000000; ";
#endif

TEST(BadInputs, LayersThatWouldTakeTooManyStepsAreRefusedWithTheEstimate) {
  const TemporaryFolder folder;
  const std::string relu = folder.write("relu.yaml", R"(name: n
inputs: [{name: image, shape: [32768, 65536, 1]}]
layers:
  - {name: a, op: relu}
)"),
                    attention = folder.write("attention.yaml", R"(name: n
inputs: [{name: image, shape: [136, 129, 64]}]
layers:
  - {name: a, op: attention, from: [image, image, image], heads: 1}
)");
  for (const auto& [file, operation] :
       {std::pair(relu, "relu"), std::pair(attention, "attention")}) {
    const Outcome o = run("ulimit -t 20; " + kLittleMemory + H4H_BINARY " simulate " + kPaper +
                          " --mapping npu --network " + file);
    EXPECT_EQ(o.code, 1) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(o.err.find("h4h: a layer is too large: it takes about "), 0U) << o.err;
    EXPECT_NE(o.err.find(" million steps to simulate; allowed: 4 million\nlayer: " +
                         std::string(operation)),
              std::string::npos)
        << o.err;
    EXPECT_EQ(o.err.find("hardware"), std::string::npos) << o.err;
  }
}

}  // namespace
}  // namespace h4h::tests
