#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "sim/session/session.hpp"
#include "tests/sim/support.hpp"

// Sessions in several threads, and in a child process.
namespace h4h::sim {
namespace {

using testing::conv;
using testing::on_npu;

platforms::Hardware chip() { return testing::platform("h4h-7nm").hardware; }

// What a new session says of some layers.
std::vector<JobResult> some_results() {
  Session session(chip());
  std::vector<JobResult> results;
  for (const std::int64_t channels : {16, 32, 48, 64}) {
    results.push_back(session.run(on_npu(conv({16, 16, 16}, channels, 3))));
  }
  return results;
}

TEST(SessionThreads, OfAThreadSaysWhatOneAloneSays) {
  const std::vector<JobResult> expected = some_results();
  std::vector<std::vector<JobResult>> found(4);
  std::vector<std::thread> threads;
  for (auto& results : found) threads.emplace_back([&] { results = some_results(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& results : found) EXPECT_TRUE(results == expected);
}

TEST(SessionThreads, GoesOnInAnotherThread) {
  const std::vector<JobResult> expected = some_results();
  Session session(chip());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    JobResult result;
    const auto channels = static_cast<std::int64_t>(16 * (i + 1));
    std::thread([&] { result = session.run(on_npu(conv({16, 16, 16}, channels, 3))); }).join();
    EXPECT_TRUE(result == expected[i]);
  }
}

TEST(SessionThreads, RunsInAChildThatIsMadeWhileAThreadRunsOne) {
  const std::vector<JobResult> expected = some_results();
  std::thread other([&] { EXPECT_TRUE(some_results() == expected); });
  const pid_t child = ::fork();
  if (child == 0) ::_exit(some_results() == expected ? 0 : 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  other.join();
}

}  // namespace
}  // namespace h4h::sim
