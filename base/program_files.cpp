#include "base/program_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace h4h {

namespace fs = std::filesystem;

namespace {

// Empty: beside the program.
fs::path& chosen_folder() {
  static fs::path folder;
  return folder;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;  // a name that is too long for a file
  const fs::file_type type = fs::symlink_status(path, ignored).type();
  return type != fs::file_type::none && type != fs::file_type::not_found;
}

bool leads_up(const fs::path& path) {
  return std::find(path.begin(), path.end(), fs::path("..")) != path.end();
}

}  // namespace

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

void use_shipped_files(fs::path folder) { chosen_folder() = std::move(folder); }

fs::path shipped_path(const std::string& name) {
  if (!chosen_folder().empty()) return chosen_folder() / name;
  return program_folder().parent_path() / "share" / "h4h" / name;
}

fs::path shipped_file(const std::string& name) {
  const fs::path path = shipped_path(name);
  std::error_code error;
  fs::path found = fs::canonical(path, error);
  if (error) {
    throw std::runtime_error(fmt::format(
        "{}: not found; the files that H4H ships belong in share/h4h beside the directory of the "
        "program",
        path.string()));
  }
  return found;
}

fs::path file_or_shipped(const fs::path& name, const std::string& kind) {
  if (name.empty() || name.is_absolute() || leads_up(name) || is_there(name)) return name;
  // "platforms/x.yaml" and "nas/spaces/x.yaml" are files of the source tree.
  const bool source = name.parent_path().filename() == kind;
  const fs::path shipped = source ? name.filename() : name;
  for (const char* const ending : {"", ".yaml"}) {
    const fs::path path = shipped_path(kind) / (shipped.string() + ending);
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return fs::canonical(path);
  }
  return name;
}

std::vector<std::string> shipped_names(const std::string& kind) {
  std::vector<std::string> names;
  std::error_code ignored;  // nothing is shipped
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped_path(kind), ignored)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace h4h
