// Preloaded (LD_PRELOAD) into a program, it makes one allocation fail:
//   H4H_FAULT_FILE   the end of a path; allocations are counted from when a file of it is opened
//   H4H_FAULT_NEW    the one that fails, from 1

#undef _FORTIFY_SOURCE  // whose functions would be second definitions

#include <dlfcn.h>
#include <fcntl.h>

#include <atomic>
#include <cstdarg>
#include <cstdlib>
#include <new>
#include <string_view>

namespace {

std::atomic<bool> counting{false};
std::atomic<long> allocations{0};

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

void note_open(const char* name) {
  const char* const file = std::getenv("H4H_FAULT_FILE");
  if (file != nullptr && ends_with(name, file)) counting = true;
}

bool fails() {
  if (!counting) return false;
  static const char* const failing = std::getenv("H4H_FAULT_NEW");
  return failing != nullptr && ++allocations == std::atol(failing);
}

int open_at(const char* function, int directory, const char* name, int flags, mode_t mode) {
  note_open(name);
  using Open = int (*)(int, const char*, int, mode_t);
  return reinterpret_cast<Open>(::dlsym(RTLD_NEXT, function))(directory, name, flags, mode);
}

mode_t mode_of(int flags, va_list arguments) {
  const bool creates = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return creates ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace

void* operator new(std::size_t size) {
  if (fails()) throw std::bad_alloc();
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

extern "C" {

int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat", AT_FDCWD, name, flags, mode);
}

int openat(int directory, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat", directory, name, flags, mode);
}

int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat64", AT_FDCWD, name, flags, mode);
}

}  // extern "C"
