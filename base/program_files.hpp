#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace h4h {

// The directory of the running program, and of the programs that belong to it.
std::filesystem::path program_folder();

// Where a file or directory that H4H ships belongs: "platforms", "spaces", "reference" or
// "claims.yaml" of share/h4h beside the program's directory. An installation has its programs in
// PREFIX/bin and these files in PREFIX/share/h4h; a build directory has links to the source tree
// there. Another program that uses these libraries says where they are with use_shipped_files().
std::filesystem::path shipped_path(const std::string& name);

// The same with symbolic links resolved. Throws std::runtime_error that names the path where it is
// missing.
std::filesystem::path shipped_file(const std::string& name);

// From now on files are looked for in `folder`, a share/h4h. Not while other threads look for some.
void use_shipped_files(std::filesystem::path folder);

// The file that a user names: `name` where there is one; else, for a relative name, the shipped
// file of `kind` ("platforms", "spaces"), with or without ".yaml", and with or without the folder
// that it has in the source tree: "h4h-7nm", "h4h-7nm.yaml", "platforms/h4h-7nm.yaml". `name`
// itself where neither is there.
std::filesystem::path file_or_shipped(const std::filesystem::path& name, const std::string& kind);

// The shipped files of `kind` that are not in a folder of it, without ".yaml", sorted.
std::vector<std::string> shipped_names(const std::string& kind);

}  // namespace h4h
