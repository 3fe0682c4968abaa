#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "tests/support/command.hpp"
#include "tools/h4h/write_file.hpp"

// For sources that are compiled with H4H_WRITE_FAULT, the path of tests/faults/write_fault.cpp.

namespace h4h::tests {

// Runs h4h on a disk that is full below `folder` from the `call`-th write on.
inline Outcome on_full_disk(const std::string& arguments, const std::filesystem::path& folder,
                            int call) {
  return run("env ASAN_OPTIONS=verify_asan_link_order=0 LD_PRELOAD='" H4H_WRITE_FAULT
             "' H4H_FAULT_FOLDER='" +
             folder.string() + "' H4H_FAULT_CALL=" + std::to_string(call) + " " H4H_BINARY " " +
             arguments);
}

// Results of layers, which are SQLite's to keep whole, are left out.
inline std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find(".sqlite") == std::string::npos) all[name] = content(entry.path());
  }
  return all;
}

// A command that writes files into a directory.
struct WritingCommand {
  std::string arguments;
  std::string out;              // which the command may create or find empty
  std::string program = "h4h";  // that complains
  // Whether a file of this name may hold `text` when the command stops, which leaves `complete` in
  // it when it is done.
  std::function<bool(const std::string& name, const std::string& text, const std::string& complete)>
      may_hold = [](const std::string&, const std::string& text, const std::string& complete) {
        return text == complete;
      };
};

inline void expect_full_disk_named(const Outcome& o, const WritingCommand& command) {
  EXPECT_EQ(o.code, 1) << o.err;
  EXPECT_EQ(o.out, "");
  const std::vector<std::string> messages = lines(o.err);
  ASSERT_FALSE(messages.empty());
  const std::string begin = command.program + ": ";
  for (std::size_t i = 0; i + 1 < messages.size(); ++i) {
    EXPECT_EQ(messages[i].rfind(begin + "warning: cache " + command.out, 0), 0u) << messages[i];
  }
  EXPECT_EQ(messages.back().rfind(begin + command.out + "/", 0), 0u) << messages.back();
  EXPECT_NE(messages.back().find(": cannot write: No space left on device"), std::string::npos)
      << messages.back();
}

// Whichever call of the command finds the disk full (each of the first, every ninth of the later
// ones), the message names the file, no file is half there, and the same command succeeds when the
// disk has room again, with the files of an uninterrupted run.
inline void expect_survives_full_disks(const WritingCommand& command) {
  namespace fs = std::filesystem;
  const auto begin_anew = [&] {
    fs::remove_all(command.out);
    fs::create_directory(command.out);
  };
  const auto run_undisturbed = [&] {
    const Outcome o = run(H4H_BINARY " " + command.arguments);
    EXPECT_EQ(o.code, 0) << o.err;
    return contents(command.out);
  };
  begin_anew();
  const std::map<std::string, std::string> complete = run_undisturbed();
  int call = 1;
  for (; call < 400; call += call < 8 ? 1 : 9) {
    SCOPED_TRACE(call);
    begin_anew();
    const Outcome o = on_full_disk(command.arguments, command.out, call);
    if (o.code == 0) {
      EXPECT_TRUE(contents(command.out) == complete);
      break;
    }
    expect_full_disk_named(o, command);
    for (const auto& [name, text] : contents(command.out)) {
      EXPECT_FALSE(tools::is_temporary(name)) << name;
      ASSERT_EQ(complete.count(name), 1u) << name;
      EXPECT_TRUE(command.may_hold(name, text, complete.at(name))) << name;
    }
    EXPECT_TRUE(run_undisturbed() == complete);
  }
  EXPECT_GT(call, 5) << "the fault was injected";
  EXPECT_LT(call, 400);
}

}  // namespace h4h::tests
