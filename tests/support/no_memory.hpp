#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/command.hpp"
#include "tools/h4h/write_file.hpp"

// For sources that are compiled with H4H_MEMORY_FAULT, the path of tests/faults/memory_fault.cpp.

namespace h4h::tests {

// A command of h4h that reads `file`, and writes nothing outside `folder`.
struct ReadingCommand {
  std::function<std::string()> arguments;  // of the next run
  std::string file;
  std::filesystem::path folder;
  // Whether allocations fail only before the command creates a file. Such commands take a second,
  // so fewer of their allocations fail.
  bool only_inputs = false;
};

// Runs h4h where the `number`-th allocation after the file is opened fails.
inline Outcome without_memory(const ReadingCommand& command, long number) {
  return run(std::string("env ") + (command.only_inputs ? "H4H_FAULT_INPUT=1 " : "") +
             "LD_PRELOAD='" H4H_MEMORY_FAULT "' H4H_FAULT_FILE='" + command.file +
             "' H4H_FAULT_NEW=" + std::to_string(number) + " " H4H_BINARY " " +
             command.arguments());
}

inline void expect_named(const Outcome& o, const ReadingCommand& command) {
  EXPECT_EQ(o.code, 1) << o.err;
  EXPECT_EQ(o.out, "");
  std::vector<std::string> errors;
  for (const std::string& line : lines(o.err)) {
    if (line.find(": warning: ") == std::string::npos) errors.push_back(line);
  }
  EXPECT_EQ(errors.size(), 1u) << o.err;
  EXPECT_NE(o.err.find("memory"), std::string::npos) << o.err;
  EXPECT_EQ(o.err.find("std::"), std::string::npos) << o.err;
  for (const char* const wrong : {"damaged", "delete", "is not the"}) {
    EXPECT_EQ(o.err.find(wrong), std::string::npos) << o.err;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(command.folder)) {
    EXPECT_FALSE(tools::is_temporary(entry.path().filename().string())) << entry.path();
  }
}

// The first allocations one by one, then ever fewer of the later ones, until a run succeeds twice.
// Every run before says in one line what is missing, and ends by no signal.
inline void expect_lack_of_memory_named(const ReadingCommand& command) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer has allocations of its own";
#endif
  const Outcome whole = run(H4H_BINARY " " + command.arguments());
  ASSERT_EQ(whole.code, 0) << whole.err;
  const auto next = [&](long number) {
    if (command.only_inputs) return number < 4 ? number + 1 : number * 5 / 2;
    return number < 8 ? number + 1 : number * 3 / 2;
  };
  int failed = 0, succeeded = 0;
  for (long number = 1; succeeded < 2; number = next(number)) {
    SCOPED_TRACE(number);
    ASSERT_LT(number, 100'000'000);
    const Outcome o = without_memory(command, number);
    if (o.code == 0) {
      EXPECT_EQ(lines(o.out).size(), lines(whole.out).size());
      ++succeeded;
      continue;
    }
    succeeded = 0;
    ++failed;
    expect_named(o, command);
  }
  EXPECT_GT(failed, 5) << "the fault was injected";
}

}  // namespace h4h::tests
