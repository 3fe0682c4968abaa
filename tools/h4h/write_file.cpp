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

int closed(int file, int error) { return ::close(file) != 0 && error == 0 ? errno : error; }

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

int fill(int file, std::string_view text, const struct stat* before) {
  int error = write_all(file, text);
  if (error == 0 && before != nullptr) error = take_mode(file, *before);
  if (error == 0) error = sync(file);
  return closed(file, error);
}

void write_in_place(const fs::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) fail(path, errno);
  if (const int error = closed(file, write_all(file, text)); error != 0) fail(path, error);
}

// A directory that may be written but not read cannot be synchronised.
int open_directory(const fs::path& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0 || errno != EACCES) return directory;
  return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int replace(int directory, const std::string& name, std::string_view text) {
  struct stat there {};
  const bool before = ::fstatat(directory, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
                      S_ISREG(there.st_mode);
  const std::string temporary = temporary_name();
  const int file =
      ::openat(directory, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               static_cast<mode_t>(before ? 0600 : 0666));
  if (file < 0) return errno;
  int error = fill(file, text, before ? &there : nullptr);
  if (error == 0 && ::renameat(directory, temporary.c_str(), directory, name.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlinkat(directory, temporary.c_str(), 0);
    return error;
  }
  error = sync(directory);
  return error == EBADF ? 0 : error;  // opened by open_directory for its path alone
}

}  // namespace

void write_file(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) fail(path, EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) return write_in_place(path, text);

  const fs::path target = fs::exists(status) ? fs::canonical(path) : path;
  const fs::path parent = target.parent_path();
  const int directory = open_directory(parent.empty() ? fs::path(".") : parent);
  if (directory < 0) fail(path, errno);
  const int error = replace(directory, target.filename().string(), text);
  ::close(directory);
  if (error != 0) fail(path, error);
}

void write_file_in(int directory, const std::string& name, std::string_view text,
                   const fs::path& shown) {
  if (const int error = replace(directory, name, text); error != 0) fail(shown, error);
}

void sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) fail(path, errno);
  if (const int error = closed(file, sync(file)); error != 0) fail(path, error);
}

bool is_temporary(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size()) return false;
  const std::string_view digits = name.substr(kPrefix.size(), kDigits);
  return name.substr(0, kPrefix.size()) == kPrefix &&
         name.substr(name.size() - kSuffix.size()) == kSuffix &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace h4h::tools
