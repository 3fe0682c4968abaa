#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::sim {

// The .tflite files below a directory by the names that references give them, each read once.
class NetworkFiles {
 public:
  // Throws std::runtime_error where `folder` is no directory.
  explicit NetworkFiles(std::filesystem::path folder);

  // The network of this name, or of the name it was published under; nullptr where there is no such
  // file. Operators that H4H cannot model are left to the host. Throws NetworkError.
  const workloads::Network* find(const std::string& name);

  // Names that were asked for and have no file, in alphabetical order.
  std::vector<std::string> missing() const;

 private:
  std::filesystem::path folder_;
  std::map<std::string, std::filesystem::path> files_;  // by name; empty where there is none
  std::map<std::filesystem::path, std::unique_ptr<workloads::Network>> networks_;
};

}  // namespace h4h::sim
