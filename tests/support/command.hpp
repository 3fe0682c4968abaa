#pragma once

#include <sys/wait.h>
#include <cstdio>
#include <sstream>
#include <string>

#include "tests/support/files.hpp"

namespace h4h::tests {

struct Outcome {
  int code = -1;
  std::string out, err;
};

// Runs a shell command in the source folder.
inline Outcome run(const std::string& command) {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "out").string(), err = (folder.path() / "err").string();
  const std::string line =
      "cd '" + source_dir().string() + "' && " + command + " >'" + out + "' 2>'" + err + "'";
  const int status = std::system(line.c_str());
  const auto text = [](const std::string& path) {
    std::ostringstream stream;
    stream << std::ifstream(path).rdbuf();
    return stream.str();
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(out), text(err)};
}

}  // namespace h4h::tests
