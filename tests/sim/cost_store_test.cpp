#include "sim/store/cost_store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "sim/costs/layer_costs.hpp"
#include "sim/job/wire.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using tests::TemporaryFolder;

JobResult result_of(std::int64_t time) {
  JobResult result;
  result.time = {time};
  return result;
}

struct StoreTest : ::testing::Test {
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "sub/costs.sqlite";
};

TEST_F(StoreTest, WhatWasFlushedIsThereForTheNext) {
  {
    CostStore store(file);
    const std::int64_t set = store.set_of("a=1\n");
    store.put(set, "job", result_of(7));
    EXPECT_FALSE(store.find(set, "job")) << "not stored yet";
    EXPECT_TRUE(store.flush());
  }
  CostStore store(file);
  EXPECT_EQ(store.find(store.set_of("a=1\n"), "job"), result_of(7));
  EXPECT_FALSE(store.find(store.set_of("a=2\n"), "job"));
  EXPECT_FALSE(store.find(store.set_of("a=1\n"), "other job"));
  EXPECT_FALSE(store.problem());
}

TEST_F(StoreTest, TwoShareAFile) {
  CostStore a(file), b(file);
  for (int i = 0; i < 50; ++i) {
    CostStore& writer = i % 2 == 0 ? a : b;
    writer.put(writer.set_of("h"), std::to_string(i), result_of(i));
    ASSERT_TRUE(writer.flush());
  }
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(a.find(a.set_of("h"), std::to_string(i)), result_of(i));
    EXPECT_EQ(b.find(b.set_of("h"), std::to_string(i)), result_of(i));
  }
}

TEST_F(StoreTest, AFlippedBitIsSeen) {
  CostStore store(file);
  store.put(store.set_of("h"), "job", result_of(7));
  ASSERT_TRUE(store.flush());
  Database(file, Database::Mode::existing)
      .run("UPDATE results SET result=x'00'||substr(result, 2)");
  EXPECT_FALSE(store.find(store.set_of("h"), "job"));
  EXPECT_EQ(store.problem(), "a stored result is damaged");
}

TEST_F(StoreTest, WhatIsNoCacheIsLeftAlone) {
  const std::filesystem::path text = folder.write("text", "I am not a database, really not one.");
  CostStore of_text(text);
  EXPECT_EQ(of_text.problem(), "file is not a database");
  EXPECT_EQ(tests::content(text), "I am not a database, really not one.");
  const std::filesystem::path other = folder.path() / "other.sqlite";
  Database(other, Database::Mode::create).run("CREATE TABLE mine (x)");
  EXPECT_EQ(CostStore(other).problem(), "is not a cache of this version of h4h");
  EXPECT_EQ(CostStore("/proc/none/costs.sqlite").problem(), "unable to open database file");
}

TEST_F(StoreTest, AStoreWithAProblemAnswersNothingAndStoresNothing) {
  CostStore store("/proc/none/costs.sqlite");
  const std::int64_t set = store.set_of("h");
  store.put(set, "job", result_of(1));
  EXPECT_FALSE(store.flush());
  EXPECT_FALSE(store.find(set, "job"));
}

TEST_F(StoreTest, AFileThatIsKeptLockedIsNamed) {
  CostStore store(file, std::chrono::milliseconds(20));
  const std::int64_t set = store.set_of("h");
  const Database other(file, Database::Mode::existing);
  const Transaction writing(other);
  store.put(set, "job", result_of(1));
  EXPECT_FALSE(store.flush());
  EXPECT_EQ(store.problem(), "another process keeps it locked");
}

TEST_F(StoreTest, AFullDiskIsNamedAndWhatWasStoredStays) {
  {
    CostStore store(file);
    store.put(store.set_of("h"), "first", result_of(1));
    ASSERT_TRUE(store.flush());
    Database(file, Database::Mode::existing).run("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  // In a process of its own, whose files may not grow.
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{20'000, 20'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    CostStore store(file);
    const std::int64_t set = store.set_of("h");
    for (int i = 0; i < 900; ++i) store.put(set, "job" + std::to_string(i), result_of(i));
    const bool stored = store.flush();
    ::_exit(!stored && store.problem() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "a flush that could not write says so";
  CostStore store(file);
  EXPECT_EQ(store.find(store.set_of("h"), "first"), result_of(1));
  EXPECT_FALSE(store.find(store.set_of("h"), "job0")) << "all of a flush or nothing";
}

TEST_F(StoreTest, MergingAddsWhatIsNewAndRefusesContradictions) {
  const std::filesystem::path other = folder.path() / "other.sqlite";
  {
    CostStore from(other);
    from.put(from.set_of("h"), "a", result_of(1));
    from.put(from.set_of("g"), "b", result_of(2));
  }
  CostStore store(file);
  store.put(store.set_of("h"), "a", result_of(1));
  ASSERT_TRUE(store.flush());
  EXPECT_EQ(store.merge(other), 1);
  EXPECT_EQ(store.find(store.set_of("g"), "b"), result_of(2));
  EXPECT_EQ(store.merge(other), 0);
  {
    CostStore from(other);
    from.put(from.set_of("h"), "c", result_of(3));
    from.flush();
    Database(other, Database::Mode::existing)
        .run("UPDATE results SET result=x'01' WHERE job=x'61'");
  }
  EXPECT_THROW(store.merge(other), DatabaseError);
  EXPECT_FALSE(store.find(store.set_of("h"), "c")) << "nothing of a file that contradicts";
}

// Every job of a network under `auto`.
void map(JobResults& results, const platforms::Platform& chip) {
  LayerCosts costs(chip.hardware, results);
  map_network(costs, chip, *workloads::build_by_name("ds_cnn_kws"), Strategy::automatic);
}

TEST_F(StoreTest, WhatOneRunSimulatedTheNextFinds) {
  const platforms::Platform chip = testing::platform("h4h-7nm");
  JobResults first(std::make_unique<CostStore>(file));
  map(first, chip);
  EXPECT_GT(first.simulated(), 0);
  first.finish();
  JobResults second(std::make_unique<CostStore>(file));
  map(second, chip);
  EXPECT_EQ(second.simulated(), 0);
}

TEST(JobResults, ChipsThatDifferInNothingThatALayerSeesShareThem) {
  JobResults results;
  map(results, testing::platform("h4h-7nm"));
  const std::int64_t simulated = results.simulated();
  map(results, testing::platform("h4h-7nm", {"cim.macros=4"}));
  map(results, testing::platform("h4h-7nm", {"cim.capacity=ignore", "energy.npu_mac=1 pJ"}));
  map(results, testing::platform("h4h-7nm", {"sram.size=4 MiB", "sram.overflow=infeasible"}));
  EXPECT_EQ(results.simulated(), simulated);
  map(results, testing::platform("h4h-7nm", {"cim.step=8 ns"}));
  const std::int64_t other_step = results.simulated() - simulated;
  EXPECT_GT(other_step, 0);
  EXPECT_LT(other_step, simulated) << "what the NPU does alone is as before";
}

TEST(LayerText, SaysAllThatAHardwareNeedsToBeSimulated) {
  for (const std::string& name : testing::shipped_platforms()) {
    const platforms::Hardware hardware = testing::platform(name).hardware;
    for (const bool with_macros : {false, true}) {
      const std::string text = platforms::layer_text(hardware, with_macros);
      EXPECT_EQ(platforms::layer_text(platforms::hardware_of(text), with_macros), text) << name;
    }
  }
  EXPECT_THROW(platforms::hardware_of("npu.clock"), std::invalid_argument);
  EXPECT_THROW(platforms::hardware_of("npu.clok=1 Hz"), std::invalid_argument);
  EXPECT_THROW(platforms::hardware_of("npu.clock=1 kg"), std::invalid_argument);
}

}  // namespace
}  // namespace h4h::sim
