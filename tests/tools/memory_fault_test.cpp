#include <gtest/gtest.h>

#include <functional>

#include "tests/tools/fault_files.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// Runs h4h where the `number`-th allocation after `file` is opened fails: see
// tests/faults/memory_fault.cpp.
Outcome without_memory(const std::string& arguments, const std::string& file, long number) {
  return run("env LD_PRELOAD='" H4H_MEMORY_FAULT "' H4H_FAULT_FILE='" + file +
             "' H4H_FAULT_NEW=" + std::to_string(number) + " " H4H_BINARY " " + arguments);
}

struct Format {
  const char* name;
  const char* file;  // of Files
  std::function<std::string(Files&)> command;
};

const Format kFormats[] = {
    {"Platform", "p.yaml", [](Files& f) { return "platform check " + f.at("p.yaml"); }},
    {"MeasuredTable", "t.csv", [](Files& f) { return "platform check " + f.at("measured.yaml"); }},
    {"Network", "n.yaml", [](Files& f) { return "network show " + f.at("n.yaml"); }},
    {"Tflite", "n.tflite", [](Files& f) { return "network show " + f.at("n.tflite"); }},
    {"LayerList", "l.csv", [](Files& f) { return "layers " + kPaper + " --csv " + f.at("l.csv"); }},
    {"Space", "s.yaml", [](Files& f) { return "space show " + f.at("s.yaml"); }},
    {"MappingAndTimelines", "m.yaml",
     [](Files& f) {
       return "simulate " + kPaper + " --network " + f.at("n.yaml") + " --mapping " +
              f.at("m.yaml") + " --trace " + f.at("t.json") + " --html " + f.at("h.html") +
              " --save-mapping " + f.at("saved.yaml");
     }},
    {"Cache", "n.yaml",
     [](Files& f) {
       return "simulate " + kPaper + " --network " + f.at("n.yaml") + " --format json --cache " +
              f.at("c.sqlite");
     }},
    {"Variants", "v.csv",
     [](Files& f) {
       return "sweep " + kPaper + " --network " + f.at("n.yaml") + " --jobs 1 --vary-file " +
              f.at("v.csv") + f.out();
     }},
    {"Accuracies", "accuracy.csv",
     [](Files& f) {
       const std::string out = f.at("a");
       fs::remove_all(out);
       return f.search(out) + " --jobs 1";
     }},
};

class MemoryFault : public ::testing::TestWithParam<Format> {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "AddressSanitizer has allocations of its own";
#endif
  }
  void expect_named(const Outcome& o) const {
    EXPECT_EQ(o.code, 1) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(lines(o.err).size(), 1u) << o.err;
    EXPECT_NE(o.err.find("memory"), std::string::npos) << o.err;
    EXPECT_EQ(o.err.find("std::"), std::string::npos) << o.err;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(files_.path())) {
      EXPECT_FALSE(tools::is_temporary(entry.path().filename().string())) << entry.path();
    }
  }

  Files files_;
};

// The first allocations one by one, then ever fewer of the later ones, until a run succeeds twice.
TEST_P(MemoryFault, IsNamedInOneLineAndEndsNoCommandByASignal) {
  const std::string file = files_.at(GetParam().file);
  const Outcome whole = h4h(GetParam().command(files_));
  ASSERT_EQ(whole.code, 0) << whole.err;
  int failed = 0, succeeded = 0;
  for (long number = 1; succeeded < 2; number = number < 8 ? number + 1 : number * 3 / 2) {
    SCOPED_TRACE(number);
    ASSERT_LT(number, 100'000'000);
    const Outcome o = without_memory(GetParam().command(files_), file, number);
    if (o.code == 0) {
      EXPECT_EQ(lines(o.out).size(), lines(whole.out).size());
      ++succeeded;
      continue;
    }
    succeeded = 0;
    ++failed;
    expect_named(o);
  }
  EXPECT_GT(failed, 5) << "the fault was injected";
}

std::string format_name(const ::testing::TestParamInfo<Format>& format) {
  return format.param.name;
}
INSTANTIATE_TEST_SUITE_P(Every, MemoryFault, ::testing::ValuesIn(kFormats), format_name);

}  // namespace
}  // namespace h4h::tests
