#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "tests/tools/fault_files.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// Runs h4h on a disk that is full below `folder` from the `call`-th write on: see
// tests/faults/write_fault.cpp.
Outcome on_full_disk(const std::string& arguments, const fs::path& folder, int call) {
  return run("env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD='" H4H_WRITE_FAULT
             "' H4H_FAULT_FOLDER='" +
             folder.string() + "' H4H_FAULT_CALL=" + std::to_string(call) + " " H4H_BINARY " " +
             arguments);
}

// Results of layers, which are SQLite's to keep whole, are left out.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find(".sqlite") == std::string::npos) all[name] = content(entry.path());
  }
  return all;
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
};

class WriteFault : public ::testing::TestWithParam<Command> {
 protected:
  // Of an undisturbed run.
  std::map<std::string, std::string> expected() {
    const std::string out = fresh();
    const Outcome o = h4h(GetParam().arguments(files_, out));
    EXPECT_EQ(o.code, 0) << o.err;
    return contents(out);
  }

  // The same name every time, which stands in the results.
  std::string fresh() {
    std::string out = files_.at("full");
    fs::remove_all(out);
    fs::create_directory(out);
    return out;
  }

  void expect_named(const Outcome& o, const std::string& out) {
    EXPECT_EQ(o.code, 1) << o.err;
    EXPECT_EQ(o.out, "");
    const std::vector<std::string> messages = lines(o.err);
    ASSERT_FALSE(messages.empty());
    for (std::size_t i = 0; i + 1 < messages.size(); ++i) {
      EXPECT_EQ(messages[i].rfind("h4h: warning: cache " + out, 0), 0u) << messages[i];
    }
    EXPECT_EQ(messages.back().rfind("h4h: " + out + "/", 0), 0u) << messages.back();
    EXPECT_NE(messages.back().find(": cannot write: No space left on device"), std::string::npos)
        << messages.back();
  }

  Files files_;
};

// Whichever call it is that finds the disk full: each of the first, every ninth of the later
// ones.
TEST_P(WriteFault, AFullDiskIsNamedLeavesNothingHalfAndARerunGivesTheSame) {
  const auto whole = expected();
  int call = 1;
  for (; call < 400; call += call < 8 ? 1 : 9) {
    SCOPED_TRACE(call);
    const std::string out = fresh();
    const std::string command = GetParam().arguments(files_, out);
    const Outcome o = on_full_disk(command, out, call);
    if (o.code == 0) {
      EXPECT_EQ(contents(out), whole);
      break;
    }
    expect_named(o, out);
    for (const auto& [name, text] : contents(out)) {
      EXPECT_FALSE(tools::is_temporary(name)) << name;
      EXPECT_EQ(whole.count(name), 1u) << name;
      if (name.find("checkpoint") != std::string::npos) continue;
      EXPECT_EQ(text, whole.at(name)) << name;
    }
    const Outcome again = h4h(command);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(contents(out), whole);
  }
  EXPECT_GT(call, 5) << "the fault was injected";
  EXPECT_LT(call, 400);
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
