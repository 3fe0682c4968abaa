#pragma once

#include <filesystem>
#include <map>

#include "platforms/description/loader.hpp"

namespace h4h::sim {

// Platforms by file, each loaded once. Throws what load_platform() throws.
class PlatformFiles {
 public:
  const platforms::Platform& at(const std::filesystem::path& file) {
    const auto known = platforms_.find(file);
    if (known != platforms_.end()) return known->second;
    return platforms_.emplace(file, platforms::load_platform(file)).first->second;
  }

 private:
  std::map<std::filesystem::path, platforms::Platform> platforms_;
};

}  // namespace h4h::sim
