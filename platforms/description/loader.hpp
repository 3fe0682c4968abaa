#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// Everything wrong with a platform file, one "file:line: message" a line.
class PlatformError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A --set argument that is not KEY=VALUE with a known key and an allowed value.
class OverrideError : public PlatformError {
 public:
  using PlatformError::PlatformError;
};

// Reads a platform file with the files it extends, then applies the overrides ("cim.macros=0").
// Every key must be given somewhere; nothing has a silent default.
// Throws PlatformError or OverrideError.
Platform load_platform(const std::filesystem::path& path,
                       const std::vector<std::string>& overrides = {});

// The same for a text that stands in for the file `path`.
Platform parse_platform(const std::string& text, const std::filesystem::path& path,
                        const std::vector<std::string>& overrides = {});

}  // namespace h4h::platforms
