#pragma once

#include <filesystem>
#include <string>

namespace h4h {

// The directory of the running program, and of the programs that belong to it.
std::filesystem::path program_folder();

// Where a file or directory that H4H ships belongs: "platforms", "spaces", "reference" or
// "claims.yaml" of share/h4h beside the program's directory. An installation has its programs in
// PREFIX/bin and these files in PREFIX/share/h4h; a build directory has links to the source tree
// there.
std::filesystem::path shipped_path(const std::string& name);

// The same with symbolic links resolved. Throws std::runtime_error that names the path where it is
// missing.
std::filesystem::path shipped_file(const std::string& name);

}  // namespace h4h
