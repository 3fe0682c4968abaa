#include <gtest/gtest.h>

#include <functional>

#include "tests/support/no_memory.hpp"
#include "tests/tools/fault_files.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

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
    {"SearchCheckpoint", "resumed/search.checkpoint.json",
     [](Files& f) { return f.search(f.at("resumed")) + " --jobs 1"; }},
    {"DescriptionOfARun", "resumed/sweep.checkpoint.json",
     [](Files& f) {
       return "sweep " + kPaper + " --network " + f.at("n.yaml") +
              " --vary cim.macros=0,4 --jobs 1 --out " + f.at("resumed");
     }},
};

class MemoryFault : public ::testing::TestWithParam<Format> {};

TEST_P(MemoryFault, IsNamedInOneLineAndEndsNoCommandByASignal) {
  Files files;
  expect_lack_of_memory_named(
      {[&] { return GetParam().command(files); }, files.at(GetParam().file), files.path()});
}

std::string format_name(const ::testing::TestParamInfo<Format>& format) {
  return format.param.name;
}
INSTANTIATE_TEST_SUITE_P(Every, MemoryFault, ::testing::ValuesIn(kFormats), format_name);

}  // namespace
}  // namespace h4h::tests
