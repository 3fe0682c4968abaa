#pragma once

#include <filesystem>
#include <string_view>

namespace h4h::tools {

// Writes `text` under a temporary name in the same folder and renames it: `path` holds either what
// it held before or all of `text`. Devices and pipes are written as they are. Throws
// std::runtime_error that names the path.
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace h4h::tools
