// Preloaded (LD_PRELOAD) into a program, it makes one allocation fail:
//   H4H_FAULT_FILE   the end of a path; allocations are counted from when a file of it is opened
//   H4H_FAULT_NEW    the one that fails, from 1
//   H4H_FAULT_INPUT  where it is set, counting ends for good when the program creates a file: what
//                    it reads before that is counted, and what it computes afterwards is not

#undef _FORTIFY_SOURCE  // whose functions would be second definitions

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <string_view>

#include "tests/faults/open_functions.hpp"

namespace {

std::atomic<bool> counting{false}, ended{false};
std::atomic<long> allocations{0};

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

void note_open(const char* name, int flags) {
  const char* const file = std::getenv("H4H_FAULT_FILE");
  if (file != nullptr && ends_with(name, file)) counting = true;
  if (creates_file(flags) && std::getenv("H4H_FAULT_INPUT") != nullptr) ended = counting.load();
}

bool fails() {
  if (!counting || ended) return false;
  static const char* const failing = std::getenv("H4H_FAULT_NEW");
  return failing != nullptr && ++allocations == std::atol(failing);
}

int open_at(const char* function, int directory, const char* name, int flags, mode_t mode) {
  note_open(name, flags);
  return real_open_at(function, directory, name, flags, mode);
}

}  // namespace

void* operator new(std::size_t size) {
  if (fails()) throw std::bad_alloc();
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// LibTorch's, for the values of tensors.
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  using Allocate = int (*)(void**, std::size_t, std::size_t);
  static const auto real = reinterpret_cast<Allocate>(::dlsym(RTLD_NEXT, "posix_memalign"));
  return fails() ? ENOMEM : real(memory, alignment, size);
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
