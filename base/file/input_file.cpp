#include "base/file/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace h4h {
namespace {

namespace fs = std::filesystem;

// "" for a regular file.
std::string other_type(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return "";
  if (S_ISDIR(status.st_mode)) return "is a directory";
  if (S_ISFIFO(status.st_mode)) return "is a pipe, not a file";
  return "is not a regular file";
}

}  // namespace

FileError::FileError(const fs::path& path, const std::string& problem, int code)
    : std::runtime_error(fmt::format("{}: {}", path.string(), problem)),
      problem_(problem),
      code_(code) {}

bool FileError::is_missing() const { return code_ == ENOENT || code_ == ENOTDIR; }

InputFile::InputFile(fs::path path, FileLimit limit)
    : path_(std::move(path)), limit_(limit), descriptor_(opened()) {}

int InputFile::opened() {
  // Before it is opened, which may do something to a device; and after it, as the name may be
  // another file's by then.
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) fail_to_open(errno);
  check(status);
  // O_NONBLOCK: neither opening nor reading waits, as for /proc/kmsg.
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) fail_to_open(errno);
  try {
    if (::fstat(descriptor, &status) != 0) fail_to_read(errno);
    check(status);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  return descriptor;
}

void InputFile::check(const struct stat& status) {
  if (const std::string type = other_type(status); !type.empty()) fail(type);
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (size_ > limit_.most_bytes) fail_as_too_large();
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void InputFile::seek(std::uint64_t position) {
  if (::lseek(descriptor_, static_cast<off_t>(position), SEEK_SET) < 0) fail_to_read(errno);
  position_ = position;
}

std::size_t InputFile::read(char* to, std::size_t count) {
  std::size_t got = 0;
  while (got < count) {
    const ssize_t n = ::read(descriptor_, to + got, count - got);
    if (n == 0) break;
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      fail_to_read(errno);
    }
  }
  position_ += got;
  return got;
}

std::string InputFile::read_rest() {
  try {
    return rest();
  } catch (const std::bad_alloc&) {
    fail("there is not enough memory to read it");
  }
}

std::string InputFile::rest() {
  constexpr std::size_t kStep = 1 << 16;
  // One more than there is, so that the end is seen without growing.
  std::string text(std::max<std::size_t>(size_ - std::min(size_, position_), kStep) + 1, '\0');
  std::size_t got = read(text.data(), text.size());
  while (got == text.size() && position_ <= limit_.most_bytes) {
    text.resize(got + got / 2);
    got += read(text.data() + got, text.size() - got);
  }
  if (position_ > limit_.most_bytes) fail_as_too_large();
  text.resize(got);
  return text;
}

int InputFile::release() { return std::exchange(descriptor_, -1); }

void InputFile::fail(const std::string& problem, int code) const {
  throw FileError(path_, problem, code);
}

void InputFile::fail_to_open(int code) const {
  const std::string problem = fmt::format("cannot be opened: {}", std::strerror(code));
  fail(code == ENOENT ? "no such file" : problem, code);
}

void InputFile::fail_to_read(int code) const {
  fail(fmt::format("cannot be read: {}", std::strerror(code)), code);
}

void InputFile::fail_as_too_large() const {
  fail(fmt::format("larger than {} bytes, the most that a {} may have", limit_.most_bytes,
                   limit_.kind));
}

void check_readable(const fs::path& path, std::uint64_t size, FileLimit limit) {
  if (size <= limit.most_bytes) return;
  throw FileError(path, fmt::format("not written: it would have {} bytes, and a {} of more than {} "
                                    "could not be read back",
                                    size, limit.kind, limit.most_bytes));
}

std::string read_file(const fs::path& path, FileLimit limit) {
  InputFile file(path, limit);
  std::string text = file.read_rest();
  if (text.size() >= file.size()) return text;
  throw FileError(
      path, fmt::format("cannot be read: it ended after {} of {} bytes", text.size(), file.size()));
}

std::optional<std::string> read_file_if_there(const fs::path& path, FileLimit limit) {
  try {
    return read_file(path, limit);
  } catch (const FileError& error) {
    if (!error.is_missing()) throw;
    return std::nullopt;
  }
}

}  // namespace h4h
