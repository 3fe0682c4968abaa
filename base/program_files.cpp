#include "base/program_files.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <system_error>

namespace h4h {

namespace fs = std::filesystem;

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

fs::path shipped_path(const std::string& name) {
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

}  // namespace h4h
