// Preloaded (LD_PRELOAD) into a program, it makes the disk full below one directory:
//   H4H_FAULT_FOLDER  the directory
//   H4H_FAULT_CALL    the call that finds it full, from 1, of those that create, write, name or
//                     synchronise a file there; so do all calls after it

#undef _FORTIFY_SOURCE  // whose functions would be second definitions

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool is_there(std::string_view path) {
  const char* const folder = std::getenv("H4H_FAULT_FOLDER");
  return folder != nullptr && begins_with(path, folder);
}

std::string path_of(int descriptor) {
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, path, sizeof path);
  return length < 0 ? "" : std::string(path, static_cast<std::size_t>(length));
}

bool is_there(int directory, const char* name) {
  return is_there(name[0] == '/' || directory == AT_FDCWD ? name : path_of(directory) + "/" + name);
}

// Counts this call.
bool is_full() {
  static std::atomic<long> calls{0};
  const char* const first = std::getenv("H4H_FAULT_CALL");
  if (first == nullptr || ++calls < std::atol(first)) return false;
  errno = ENOSPC;
  return true;
}

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

mode_t mode_of(int flags, va_list arguments) {
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return creates ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

bool finds_no_room(int directory, const char* name, int flags) {
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return creates && is_there(directory, name) && is_full();
}

int open_at(const char* function, int directory, const char* name, int flags, mode_t mode) {
  if (finds_no_room(directory, name, flags)) return -1;
  return real<int (*)(int, const char*, int, mode_t)>(function)(directory, name, flags, mode);
}

}  // namespace

extern "C" {

int openat(int directory, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat", directory, name, flags, mode);
}

int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat", AT_FDCWD, name, flags, mode);
}

int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat64", AT_FDCWD, name, flags, mode);
}

ssize_t write(int file, const void* from, size_t count) {
  if (is_there(path_of(file)) && is_full()) return -1;
  return real<ssize_t (*)(int, const void*, size_t)>("write")(file, from, count);
}

ssize_t pwrite(int file, const void* from, size_t count, off_t place) {
  if (is_there(path_of(file)) && is_full()) return -1;
  return real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(file, from, count, place);
}

ssize_t pwrite64(int file, const void* from, size_t count, off64_t place) {
  return pwrite(file, from, count, place);
}

int fsync(int file) {
  if (is_there(path_of(file)) && is_full()) return -1;
  return real<int (*)(int)>("fsync")(file);
}

int fdatasync(int file) {
  if (is_there(path_of(file)) && is_full()) return -1;
  return real<int (*)(int)>("fdatasync")(file);
}

int linkat(int from_folder, const char* from, int folder, const char* name, int flags) {
  if (is_there(folder, name) && is_full()) return -1;
  return real<int (*)(int, const char*, int, const char*, int)>("linkat")(from_folder, from, folder,
                                                                          name, flags);
}

int renameat(int from_folder, const char* from, int folder, const char* name) {
  if (is_there(folder, name) && is_full()) return -1;
  return real<int (*)(int, const char*, int, const char*)>("renameat")(from_folder, from, folder,
                                                                       name);
}

}  // extern "C"
