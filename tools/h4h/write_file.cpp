#include "tools/h4h/write_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".h4h-", kSuffix = ".part";
constexpr std::size_t kDigits = 16;

[[noreturn]] void fail(const fs::path& path, int error) {
  throw std::runtime_error(
      fmt::format("{}: cannot write: {}", path.string(), std::strerror(error)));
}

// Nobody can put a file or a link of this name there beforehand.
std::string temporary_name() {
  std::uint64_t bits = 0;
  if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) {
    throw std::runtime_error(fmt::format("no random numbers: {}", std::strerror(errno)));
  }
  return fmt::format("{}{:0{}x}{}", kPrefix, bits, kDigits, kSuffix);
}

// 0, or what went wrong.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// Some file systems have nothing to do here and say so.
int sync(int file) {
  if (::fsync(file) == 0 || errno == EINVAL || errno == ENOSYS || errno == ENOTSUP) return 0;
  return errno;
}

// The new file takes the place of `before`. A foreign owner can be kept by root alone.
int take_mode(int file, const struct stat& before) {
  struct stat now {};
  if (::fstat(file, &now) != 0) return errno;
  const bool same_owner = now.st_uid == before.st_uid && now.st_gid == before.st_gid;
  if (!same_owner && ::fchown(file, before.st_uid, before.st_gid) != 0 && errno != EPERM) {
    return errno;
  }
  const mode_t mode = before.st_mode & 0777u;
  return (now.st_mode & 07777u) == mode || ::fchmod(file, mode) == 0 ? 0 : errno;
}

// A directory that may be written but not read cannot be synchronised.
int open_directory(const fs::path& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0 || errno != EACCES) return directory;
  return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int open_parent(const fs::path& target) {
  const fs::path parent = target.parent_path();
  return open_directory(parent.empty() ? fs::path(".") : parent);
}

}  // namespace

OutputFile::Descriptor::~Descriptor() {
  if (number >= 0) ::close(number);
}

OutputFile::OutputFile(fs::path path) : shown_(std::move(path)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(shown_, ignored);
  if (fs::is_directory(status)) fail(shown_, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    file_.number = ::open(shown_.c_str(), O_WRONLY | O_CLOEXEC);
    check(file_.number);
    return;
  }
  const fs::path target = fs::exists(status) ? fs::canonical(shown_) : shown_;
  name_ = target.filename().string();
  directory_.number = open_parent(target);
  check(directory_.number);
  create();
}

OutputFile::OutputFile(int directory, std::string name, fs::path shown)
    : shown_(std::move(shown)), name_(std::move(name)) {
  directory_.number = ::fcntl(directory, F_DUPFD_CLOEXEC, 0);
  check(directory_.number);
  create();
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlinkat(directory_.number, temporary_.c_str(), 0);
}

void OutputFile::check(int result) const {
  if (result < 0) fail(shown_, errno);
}

void OutputFile::create() {
  struct stat there {};
  if (::fstatat(directory_.number, name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISREG(there.st_mode)) {
    before_ = there;
  }
  const auto mode = static_cast<mode_t>(before_ ? 0600 : 0666);
  file_.number = ::openat(directory_.number, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  if (file_.number >= 0) return;
  std::string temporary = temporary_name();
  file_.number = ::openat(directory_.number, temporary.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  check(file_.number);
  temporary_ = std::move(temporary);
}

void OutputFile::write(std::string_view part) {
  if (const int error = write_all(file_.number, part); error != 0) fail(shown_, error);
}

void OutputFile::commit() {
  if (!name_.empty()) return replace();
  close();
}

void OutputFile::replace() {
  int error = before_ ? take_mode(file_.number, *before_) : 0;
  if (error == 0) error = sync(file_.number);
  if (error != 0) fail(shown_, error);
  if (temporary_.empty()) give_name();
  close();
  check(::renameat(directory_.number, temporary_.c_str(), directory_.number, name_.c_str()));
  temporary_.clear();
  error = sync(directory_.number);
  if (error != 0 && error != EBADF) fail(shown_, error);  // EBADF: opened for its path alone
}

// A temporary one: a file without a name cannot take the place of another at once.
void OutputFile::give_name() {
  std::string temporary = temporary_name();
  const std::string open_file = fmt::format("/proc/self/fd/{}", file_.number);
  check(::linkat(AT_FDCWD, open_file.c_str(), directory_.number, temporary.c_str(),
                 AT_SYMLINK_FOLLOW));
  temporary_ = std::move(temporary);
}

void OutputFile::close() { check(::close(std::exchange(file_.number, -1))); }

void write_file(const fs::path& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

void write_file_in(int directory, const std::string& name, std::string_view text,
                   const fs::path& shown) {
  OutputFile file(directory, name, shown);
  file.write(text);
  file.commit();
}

AppendedFile::AppendedFile(fs::path path, FileLimit limit)
    : path_(std::move(path)),
      limit_(limit),
      file_(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)) {
  if (file_ < 0) fail(path_, errno);
}

AppendedFile::~AppendedFile() { ::close(file_); }

void AppendedFile::append(std::string_view line) {
  struct stat status {};
  if (::fstat(file_, &status) != 0) fail(path_, errno);
  check_readable(path_, static_cast<std::uint64_t>(status.st_size) + line.size(), limit_);
  if (const int error = write_all(file_, line); error != 0) fail(path_, error);
}

void sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) fail(path, errno);
  const int error = sync(file);
  const bool closed = ::close(file) == 0;
  if (error != 0 || !closed) fail(path, error != 0 ? error : errno);
}

bool is_temporary(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size()) return false;
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  return name.substr(0, kPrefix.size()) == kPrefix &&
         name.substr(name.size() - kSuffix.size()) == kSuffix &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace h4h::tools
