#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace h4h::tests {

// A file in a directory of this process, for readers that take a path; the same one every time.
inline std::filesystem::path scratch_file(const std::string& name, const std::string& content) {
  static const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("h4h-fuzz-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary) << content;
  return folder / name;
}

}  // namespace h4h::tests
