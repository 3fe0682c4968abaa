#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace h4h::tools {

// Writes `text` under a temporary name in the same directory and renames it: `path` holds either
// what it held before or all of `text`, also after a loss of power, since the file and its
// directory are on disk when this returns. A file that is replaced keeps its mode (a new one gets
// that of the umask), a link keeps pointing at its file, devices and pipes are written as they are.
// Throws std::runtime_error that names the path.
void write_file(const std::filesystem::path& path, std::string_view text);

// The same for a name in a directory that is open; `shown` is its path in messages. A link of that
// name is replaced, not followed.
void write_file_in(int directory, const std::string& name, std::string_view text,
                   const std::filesystem::path& shown);

// What an appended file holds is on disk when this returns. Throws std::runtime_error.
void sync_file(const std::filesystem::path& path);

// Whether a process that was killed may have left a file of this name.
bool is_temporary(std::string_view name);

}  // namespace h4h::tools
