#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/csv/csv_writer.hpp"
#include "tests/support/json_checksum.hpp"
#include "tests/tools/fault_files.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// Runs h4h where reading `file` goes wrong: see tests/faults/read_fault.cpp.
Outcome with_fault(const std::string& arguments, const std::string& file,
                   const std::string& fault) {
  return run("env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD='" H4H_READ_FAULT
             "' H4H_FAULT_FILE='" +
             file + "' " + fault + " " H4H_BINARY " " + arguments);
}

struct Format {
  const char* name;
  const char* file;  // of Files
  std::function<std::string(Files&)> command;
};

const std::string kNetwork = " --network ds_cnn_kws ";

const Format kFormats[] = {
    {"Platform", "p.yaml", [](Files& f) { return "platform check " + f.at("p.yaml"); }},
    {"PartOfAPlatform", "part.yaml", [](Files& f) { return "platform check " + f.at("p.yaml"); }},
    {"MeasuredTable", "t.csv", [](Files& f) { return "platform check " + f.at("measured.yaml"); }},
    {"Network", "n.yaml", [](Files& f) { return "network show " + f.at("n.yaml"); }},
    {"Tflite", "n.tflite", [](Files& f) { return "network show " + f.at("n.tflite"); }},
    {"Mapping", "m.yaml",
     [](Files& f) {
       return "simulate " + kPaper + " --network " + f.at("n.yaml") + " --mapping " +
              f.at("m.yaml");
     }},
    {"LayerList", "l.csv", [](Files& f) { return "layers " + kPaper + " --csv " + f.at("l.csv"); }},
    {"Variants", "v.csv",
     [](Files& f) {
       return "sweep " + kPaper + " --network " + f.at("n.yaml") + " --jobs 1 --vary-file " +
              f.at("v.csv") + f.out();
     }},
    {"Space", "s.yaml", [](Files& f) { return "space show " + f.at("s.yaml"); }},
    {"Accuracies", "accuracy.csv", [](Files& f) { return f.search(f.at("a")); }},
};

class ReadFault : public ::testing::TestWithParam<Format> {
 protected:
  Files files_;
};

// Wherever it happens: at the first byte, or where a reader would have enough for an answer.
TEST_P(ReadFault, AnErrorIsNamedAndIsNotTakenForTheEnd) {
  const std::string path = files_.at(GetParam().file);
  const auto size = fs::file_size(path);
  for (const std::uintmax_t at : {std::uintmax_t{0}, size / 2, size - 1, size}) {
    const Outcome o =
        with_fault(GetParam().command(files_), path, "H4H_FAULT_AT=" + std::to_string(at));
    EXPECT_EQ(o.code, 1) << at << o.err;
    EXPECT_EQ(o.out, "") << at;
    EXPECT_NE(o.err.find(GetParam().file), std::string::npos) << o.err;
    EXPECT_NE(o.err.find("cannot be read: Input/output error"), std::string::npos) << o.err;
  }
}

TEST_P(ReadFault, ReadsThatGiveFewBytesChangeNothing) {
  const Outcome whole = h4h(GetParam().command(files_));
  ASSERT_EQ(whole.code, 0) << whole.err;
  const Outcome pieces =
      with_fault(GetParam().command(files_), files_.at(GetParam().file), "H4H_FAULT_STEP=3");
  EXPECT_EQ(pieces.code, 0) << pieces.err;
  EXPECT_EQ(lines(pieces.out).size(), lines(whole.out).size());
  EXPECT_EQ(pieces.err, whole.err);
}

TEST_P(ReadFault, AFileOfHolesIsRefusedBeforeItIsRead) {
  const std::string path = files_.at(GetParam().file);
  fs::resize_file(path, 3'000'000'000);
  const Outcome o = run("ulimit -t 20; " H4H_BINARY " " + GetParam().command(files_));
  EXPECT_EQ(o.code, 1) << o.err;
  EXPECT_EQ(o.out, "");
  EXPECT_NE(o.err.find(GetParam().file), std::string::npos) << o.err;
  EXPECT_NE(o.err.find("larger than "), std::string::npos) << o.err;
}

TEST_P(ReadFault, APipeIsRefusedWithoutWaitingForIt) {
  const std::string path = files_.at(GetParam().file);
  fs::remove(path);
  ASSERT_EQ(run("mkfifo '" + path + "'").code, 0);
  const Outcome o = run("timeout 60 " H4H_BINARY " " + GetParam().command(files_));
  EXPECT_EQ(o.code, 1) << o.err;
  EXPECT_NE(o.err.find("is a pipe, not a file"), std::string::npos) << o.err;
}

std::string format_name(const ::testing::TestParamInfo<Format>& format) {
  return format.param.name;
}
INSTANTIATE_TEST_SUITE_P(Every, ReadFault, ::testing::ValuesIn(kFormats), format_name);

// What a run has left in its folder: an error is not taken for a folder without it.
TEST(ReadFaults, OfFilesOfAnEarlierRunEndTheCommand) {
  Files files;
  const std::string out = files.at("a"), search = files.search(out);
  ASSERT_EQ(h4h(search).code, 0);
  const std::string sweep = "sweep " + kPaper + " --network " + files.at("n.yaml") +
                            " --vary cim.macros=0,4 --jobs 1 --out " + files.at("b");
  ASSERT_EQ(h4h(sweep).code, 0);
  const auto expect_named = [&](const std::string& command, const std::string& file) {
    ASSERT_TRUE(fs::exists(file));
    const Outcome o = with_fault(command, file, "H4H_FAULT_AT=20");
    EXPECT_EQ(o.code, 1) << command << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_NE(o.err.find(file + ": cannot be read: Input/output error"), std::string::npos)
        << o.err;
  };
  expect_named(search, out + "/search.checkpoint.json");
  expect_named("fronts " + out, out + "/search.json");
  expect_named(sweep, files.at("b") + "/sweep.checkpoint.json");
}

TEST(ReadFaults, OfStdinAreNamed) {
  const Outcome o =
      run(H4H_BINARY " oracle " + kPaper + " --space nas/spaces/toy.yaml </proc/self");
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("stdin: cannot be read: Is a directory"), std::string::npos) << o.err;
}

TEST(LittleMemory, IsNamedWithTheFile) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer reserves more address space than this test allows";
#endif
  Files files;
  const std::string limited = "ulimit -v 300000; " H4H_BINARY " ";
  ASSERT_EQ(run(limited + "network show " + files.at("n.tflite")).code, 0);
  fs::resize_file(files.at("n.tflite"), 500'000'000);
  const Outcome file = run(limited + "network show " + files.at("n.tflite"));
  EXPECT_EQ(file.code, 1);
  EXPECT_NE(file.err.find("n.tflite: there is not enough memory to read it"), std::string::npos)
      << file.err;
  std::string values = "{\"front\":[1";
  for (int i = 0; i < 15'000'000; ++i) values += ",1";
  files.write("search.json", with_checksum(values + "]"));
  const Outcome json = run(limited + "fronts " + files.path().string());
  EXPECT_EQ(json.code, 1);
  EXPECT_NE(json.err.find("search.json: there is not enough memory for its values"),
            std::string::npos)
      << json.err;
}

// A hundred thousand brackets in every place where JSON is read, with and without the checksum that
// is compared before a file is parsed.
TEST(DeepJson, IsRefusedWithTheFilesNameInEveryCommand) {
  Files files;
  const std::string missing = "the checksum is missing", deep = "nested deeper than 1000 levels";
  const std::string bomb = "{\"front\":" + std::string(100'000, '[');
  const std::string closed = bomb + std::string(100'000, ']');
  const std::string out = files.at("a");
  fs::create_directory(out);
  const std::string sweep = "sweep " + kPaper + kNetwork + "--vary cim.macros=0,4 --out " + out;
  for (const auto& [text, problem] :
       std::vector<std::pair<std::string, std::string>>{{bomb, missing},
                                                        {closed + "}", missing},
                                                        {std::string(100'000, '['), missing},
                                                        {with_checksum(bomb), deep},
                                                        {with_checksum(closed), deep}}) {
    files.write("accuracy.csv", files.accuracies());
    files.write("a/search.checkpoint.json", text);
    expect_failure(files.search(out), 1,
                   out + "/search.checkpoint.json is not the checkpoint of a search: " + problem);
    files.write("a/search.json", text);
    expect_failure("fronts " + out, 1, out + "/search.json: " + problem);
    files.write("a/sweep.checkpoint.json", text);
    expect_failure(sweep, 1, out + "/sweep.checkpoint.json: " + problem);
    files.write("accuracy.csv", "genotype,accuracy\n" + csv_field(text) + ",0.5\n");
    expect_failure(files.search(files.at("b")), 1, "accuracy.csv:2: genotype of s: nested deeper");
  }
}

}  // namespace
}  // namespace h4h::tests
