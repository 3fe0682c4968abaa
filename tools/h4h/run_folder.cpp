#include "tools/h4h/run_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", path.string(), what));
}

// What a directory holds, by name. std::filesystem's iterators end the program where memory runs
// out.
std::vector<std::string> names_in(const fs::path& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (directory == nullptr) fail(path, "cannot be opened");
  std::vector<std::string> names;
  while (const dirent* const entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

RunFolder::RunFolder(fs::path path, std::string checkpoint)
    : path_(std::move(path)), checkpoint_(std::move(checkpoint)) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (!fs::is_directory(path_)) fail(path_, "cannot create this directory");
  lock();
  try {
    refuse_foreign();
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

RunFolder::~RunFolder() { ::close(lock_); }

// The kernel releases the lock when the process ends, however it ends.
void RunFolder::lock() {
  lock_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) fail(path_, "cannot be opened");
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(lock_);
  fail(path_, "another process is using this directory");
}

void RunFolder::refuse_foreign() const {
  std::string other;  // the first
  std::vector<fs::path> halves;
  for (const std::string& name : names_in(path_)) {
    const fs::path path = file(name);
    const fs::file_status status = fs::symlink_status(path);
    if (fs::is_symlink(status)) {
      fail(path, "is a link; a run's directory holds files, not links: remove it");
    }
    if (is_temporary(name) && fs::is_regular_file(status)) {
      halves.push_back(path);
    } else if (other.empty()) {
      other = name;
    }
  }
  if (!other.empty() && !fs::exists(checkpoint())) {
    fail(path_, fmt::format("holds {} but no {}: choose an empty directory for --out", other,
                            checkpoint_));
  }
  for (const fs::path& half : halves) fs::remove(half);
}

void RunFolder::write(const std::string& name, std::string_view text) const {
  write_file_in(lock_, name, text, file(name));
}

void RunFolder::write(const std::string& name, std::string_view text, FileLimit limit) const {
  check_readable(file(name), text.size(), limit);
  write(name, text);
}

bool RunFolder::holds_results() const {
  const std::vector<std::string> names = names_in(path_);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name != checkpoint_ && name.rfind(kFolderResults, 0) != 0;
  });
}

}  // namespace h4h::tools
