#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platforms/description/errors.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// Reads a platform file, or the shipped one that `path` names (file_or_shipped()), with the files
// it extends, then applies the overrides ("cim.macros=0"). Every key must be given somewhere;
// nothing has a silent default. A run loads a platform once, and makes variants of it by with()
// (overrides.hpp). Throws PlatformError or OverrideError.
Platform load_platform(const std::filesystem::path& path,
                       const std::vector<std::string>& overrides = {});

// The same for several lists of overrides; the files are read once.
std::vector<Platform> load_platforms(const std::filesystem::path& path,
                                     const std::vector<std::vector<std::string>>& overrides);

// The same for a text that stands in for the file `path`.
Platform parse_platform(const std::string& text, const std::filesystem::path& path,
                        const std::vector<std::string>& overrides = {});

}  // namespace h4h::platforms
