#include <gtest/gtest.h>

#include "tests/nas_torch/small_images.hpp"
#include "tests/support/no_memory.hpp"

namespace h4h::tests {
namespace {

// Whatever a training or a search reads when memory runs out. What LibTorch does afterwards is not
// tested: threads of its own allocate too.
class MemoryFaultOfATraining : public ::testing::Test {
 protected:
  void expect_named_while_reading(const std::string& file,
                                  const std::function<std::string()>& arguments) {
    expect_lack_of_memory_named({arguments, file, files_.path(), true});
  }
  // Resumes from a training that is complete.
  std::string resumed() const { return files_.train(files_.at("trained")) + " --health 0"; }
  void train() const { ASSERT_EQ(run(H4H_BINARY " " + resumed()).code, 0); }

  SmallTraining files_;
};

TEST_F(MemoryFaultOfATraining, IsNamedWhereASpaceIsRead) {
  expect_named_while_reading("/s.yaml", [&] { return resumed(); });
}

TEST_F(MemoryFaultOfATraining, IsNamedWhereFashionMnistIsRead) {
  expect_named_while_reading("/train-labels-idx1-ubyte.gz", [&] { return resumed(); });
}

TEST_F(MemoryFaultOfATraining, IsNamedWhereCifar10IsRead) {
  write_small_cifar10(files_.path());
  expect_named_while_reading("/data_batch_1.bin", [&] {
    return "train --space " + files_.space() + " --data cifar10:" + files_.path().string() +
           " --recipe vanilla --batch 8 --threads 1 --steps 2 --health 0 --out " +
           files_.at("cifar10");
  });
}

TEST_F(MemoryFaultOfATraining, IsNamedWhereACheckpointIsResumedFrom) {
  train();
  expect_named_while_reading("trained/checkpoint.bin", [&] { return resumed(); });
}

TEST_F(MemoryFaultOfATraining, IsNamedWhereMetricsAreResumedFrom) {
  train();
  expect_named_while_reading("trained/metrics.jsonl", [&] { return resumed(); });
}

TEST_F(MemoryFaultOfATraining, IsNamedWhereASearchReadsACheckpoint) {
  ASSERT_EQ(run(H4H_BINARY " " + files_.train(files_.at("trained")) + " --health 2").code, 0);
  expect_named_while_reading("trained/checkpoint.bin", [&] {
    std::filesystem::remove_all(files_.at("found"));
    return files_.search(files_.at("trained"), files_.at("found"));
  });
}

}  // namespace
}  // namespace h4h::tests
