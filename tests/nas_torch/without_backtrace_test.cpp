#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include "tests/support/files.hpp"
#include "tools/h4h-nas/torch_setup.hpp"

namespace h4h::tests {
namespace {

TEST(WithoutBacktrace, ErrorsOfLibTorchAreSentences) {
  const auto fail = [](const tools::Arguments&) -> std::string {
    TORCH_CHECK(false, "sizes do not match");
  };
  EXPECT_EQ(message_of<std::runtime_error>([&] { tools::without_backtrace(fail, {}); }),
            "sizes do not match");
}

}  // namespace
}  // namespace h4h::tests
