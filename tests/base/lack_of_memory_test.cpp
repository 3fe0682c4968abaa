#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "base/json/document.hpp"
#include "base/table/table.hpp"

#if !defined(__SANITIZE_ADDRESS__)  // which has allocations of its own

namespace {

long allocations_left =
    -1;  // allocations that succeed before the one that fails; below 0: none fails

}  // namespace

// Not inlined: GCC would see memory of one function given to another.
[[gnu::noinline]] void* operator new(std::size_t size) {
  const bool fails = allocations_left == 0;
  if (allocations_left >= 0) --allocations_left;
  void* const memory = fails ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace h4h {
namespace {

// Copies `value` with ever more memory until that succeeds; how many copies failed.
template <typename Value>
int failing_copies(const Value& value) {
  for (int failed = 0;; ++failed) {
    allocations_left = failed;
    try {
      const Value copy = value;  // NOLINT(performance-unnecessary-copy-initialization): the test
      allocations_left = -1;
      EXPECT_EQ(copy, value);
      return failed;
    } catch (const std::bad_alloc&) {
      allocations_left = -1;
    }
  }
}

const std::string kLong(100, 'x');  // on the heap

TEST(LackOfMemory, ACopyOfADocumentThatFailsLeavesNothingBehind) {
  const Document numbers = Document::array({1, 2.5, true});
  const Document document{{"a", Document::array({numbers, kLong, numbers})},
                          {"b", {{"c", kLong}, {"d", numbers}}}};
  EXPECT_EQ(failing_copies(document), 8);
}

TEST(LackOfMemory, ACopyOfACellThatFailsLeavesNothingBehind) {
  EXPECT_EQ(failing_copies(Cell(kLong)), 1);
  EXPECT_EQ(failing_copies(std::vector<Cell>{1, kLong, 0.5, kLong}), 3);
}

}  // namespace
}  // namespace h4h

#endif
