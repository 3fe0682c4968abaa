#pragma once

#include <dlfcn.h>
#include <fcntl.h>

#include <cstdarg>

// The functions that open files, for a preloaded source: each calls open_at() with the name of the
// real function, which takes a directory first. Included once by a source that defines it.

namespace {

// What a preloaded source does when a file is opened; calls real_open_at().
int open_at(const char* function, int directory, const char* name, int flags, mode_t mode);

int real_open_at(const char* function, int directory, const char* name, int flags, mode_t mode) {
  using Open = int (*)(int, const char*, int, mode_t);
  return reinterpret_cast<Open>(::dlsym(RTLD_NEXT, function))(directory, name, flags, mode);
}

bool creates_file(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

mode_t mode_of(int flags, va_list arguments) {
  return creates_file(flags) ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
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

}  // extern "C"
