#include "tools/h4h/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", path.string(), what));
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
  std::string other;
  std::vector<fs::path> halves;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_symlink()) {
      fail(entry.path(), "is a link; a run's directory holds files, not links: remove it");
    }
    if (is_temporary(name) && entry.is_regular_file()) {
      halves.push_back(entry.path());
    } else if (other.empty() || name < other) {
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
  const fs::directory_iterator entries(path_);
  return std::any_of(begin(entries), end(entries), [&](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    return name != checkpoint_ && name.rfind(kFolderResults, 0) != 0;
  });
}

}  // namespace h4h::tools
