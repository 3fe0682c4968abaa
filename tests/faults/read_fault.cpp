// Preloaded (LD_PRELOAD) into a program, it makes reading one file fail or come in pieces:
//   H4H_FAULT_FILE   the end of the file's path
//   H4H_FAULT_AT     the place from which on reading gives EIO
//   H4H_FAULT_STEP   the most bytes that one read gives

#undef _FORTIFY_SOURCE  // whose read() would be a second definition

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using Read = ssize_t (*)(int, void*, size_t);

bool is_the_file(int descriptor) {
  const char* const end = std::getenv("H4H_FAULT_FILE");
  if (end == nullptr) return false;
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, path, sizeof path);
  if (length < 0) return false;
  const std::string_view name(path, static_cast<std::size_t>(length)), suffix(end);
  return name.size() >= suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
}

// How many of `count` bytes may be read from `place` on; -1 for an error.
ssize_t allowed(off_t place, std::size_t count) {
  if (const char* const step = std::getenv("H4H_FAULT_STEP")) {
    count = std::min(count, static_cast<std::size_t>(std::atoll(step)));
  }
  if (const char* const at = std::getenv("H4H_FAULT_AT")) {
    const off_t left = static_cast<off_t>(std::atoll(at)) - place;
    if (left <= 0) return -1;
    count = std::min(count, static_cast<std::size_t>(left));
  }
  return static_cast<ssize_t>(count);
}

}  // namespace

extern "C" ssize_t read(int descriptor, void* to, size_t count) {
  static const Read real = reinterpret_cast<Read>(::dlsym(RTLD_NEXT, "read"));
  if (!is_the_file(descriptor)) return real(descriptor, to, count);
  const ssize_t n = allowed(::lseek(descriptor, 0, SEEK_CUR), count);
  if (n >= 0) return real(descriptor, to, static_cast<std::size_t>(n));
  errno = EIO;
  return -1;
}
