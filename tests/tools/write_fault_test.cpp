#include <gtest/gtest.h>

#include <functional>

#include "sim/report/checksum.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/tools/fault_files.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// A line of a list that is appended to may be there or not, but not a part of one.
bool is_whole_lines(const std::string& text, const std::string& complete) {
  return complete.rfind(text, 0) == 0 && (text.empty() || text.back() == '\n');
}

struct Command {
  const char* name;
  std::function<std::string(Files&, const std::string& out)> arguments;
};

const Command kCommands[] = {
    {"Simulate",
     [](Files& f, const std::string& out) {
       return "simulate " + kPaper + " --network " + f.at("n.yaml") + " --trace " + out +
              "/trace.json --html " + out + "/page.html --save-mapping " + out + "/mapping.yaml";
     }},
    {"Trace",
     [](Files& f, const std::string& out) {
       return "simulate " + kPaper + " --network " + f.at("n.yaml") + " --trace " + out +
              "/trace.json";
     }},
    {"Sweep",
     [](Files& f, const std::string& out) {
       return "sweep " + kPaper + " --network " + f.at("n.yaml") +
              " --vary cim.macros=0,4 --jobs 1 --out " + out;
     }},
    {"Search", [](Files& f, const std::string& out) { return f.search(out) + " --jobs 1"; }},
    {"Compare",
     [](Files& f, const std::string& out) {
       return "compare platforms/h4h-7nm.yaml platforms/h4h-7nm-4cu.yaml --network " +
              f.at("n.yaml") + " --samples 2 --jobs 1 --cache " + f.at("c.sqlite") + " --out " +
              out;
     }},
    {"Reproduce",
     [](Files&, const std::string& out) {
       return "reproduce fig3 --uncertainty --samples 2 --jobs 1 --out " + out;
     }},
};

class WriteFault : public ::testing::TestWithParam<Command> {};

TEST_P(WriteFault, AFullDiskIsNamedLeavesNothingHalfAndARerunGivesTheSame) {
  Files files;
  const std::string out = files.at("full");
  WritingCommand command{GetParam().arguments(files, out), out};
  command.may_hold = [](const std::string& name, const std::string& text,
                        const std::string& complete) {
    if (name == "search.checkpoint.json") return sim::has_valid_checksum(text);
    return name == "variants.jsonl" ? is_whole_lines(text, complete) : text == complete;
  };
  expect_survives_full_disks(command);
}

std::string command_name(const ::testing::TestParamInfo<Command>& command) {
  return command.param.name;
}
INSTANTIATE_TEST_SUITE_P(Every, WriteFault, ::testing::ValuesIn(kCommands), command_name);

TEST(WriteFaults, AFileThatIsReplacedKeepsItsContentOnAFullDisk) {
  Files files;
  const fs::path out = files.at("full");
  fs::create_directory(out);
  std::ofstream(out / "trace.json") << "before";
  const std::string command = "simulate " + kPaper + " --network " + files.at("n.yaml") +
                              " --trace " + (out / "trace.json").string();
  for (int call = 1; on_full_disk(command, out, call).code != 0; ++call) {
    // The last call of all synchronises the directory, when the file has its name.
    if (content(out / "trace.json") != "before") break;
    EXPECT_EQ(contents(out).size(), 1u) << call;
    ASSERT_LT(call, 100);
  }
}

// Results are not lost with the cache.
TEST(WriteFaults, ACacheOnAFullDiskIsNamedAndTheResultsAreThoseWithoutIt) {
  Files files;
  const std::string command = "simulate " + kPaper + " --network " + files.at("n.yaml");
  const Outcome without = h4h(command + " --cache none");
  ASSERT_EQ(without.code, 0);
  const fs::path out = files.at("full");
  const std::string file = (out / "c.sqlite").string();
  bool complained = true;
  int call = 1;
  for (; complained && call < 100; ++call) {
    fs::remove_all(out);
    fs::create_directory(out);
    const Outcome o = on_full_disk(command + " --cache " + file, out, call);
    EXPECT_EQ(o.code, 0) << call << o.err;
    EXPECT_EQ(o.out, without.out) << call;
    complained = !o.err.empty();
    if (complained) {
      EXPECT_EQ(o.err.rfind("h4h: warning: cache " + file + ": ", 0), 0u) << call << o.err;
    }
    const Outcome again = h4h(command + " --cache " + file);
    EXPECT_EQ(again.code, 0) << call << again.err;
    EXPECT_EQ(again.out, without.out) << call;
  }
  EXPECT_GT(call, 5) << "the fault was injected";
  EXPECT_FALSE(complained);
}

TEST(WriteFaults, OfStdoutAreNamed) {
  for (const char* const format : {"table", "csv", "json"}) {
    const Outcome o = run("( " H4H_BINARY " simulate " + kPaper +
                          " --network ds_cnn_kws --format " + format + " >/dev/full )");
    EXPECT_EQ(o.code, 1) << format;
    EXPECT_EQ(o.err, "h4h: cannot write to stdout\n") << format;
  }
}

}  // namespace
}  // namespace h4h::tests
