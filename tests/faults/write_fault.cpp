// Preloaded (LD_PRELOAD) into a program, it makes the disk full below one directory:
//   H4H_FAULT_FOLDER  the directory
//   H4H_FAULT_CALL    the call that finds it full, from 1, of those that create, write, name or
//                     synchronise a file there; so do all calls after it

#undef _FORTIFY_SOURCE  // whose functions would be second definitions

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/faults/open_functions.hpp"

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

int open_at(const char* function, int directory, const char* name, int flags, mode_t mode) {
  if (creates_file(flags) && is_there(directory, name) && is_full()) return -1;
  return real_open_at(function, directory, name, flags, mode);
}

}  // namespace

extern "C" {

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
