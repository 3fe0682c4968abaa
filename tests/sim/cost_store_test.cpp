#include "sim/store/cost_store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "platforms/description/layer_hardware.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/job/wire.hpp"
#include "sim/mapping/layer_options.hpp"
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
    store.put("a=1\n", "job", result_of(7));
    EXPECT_FALSE(store.find("a=1\n", "job")) << "not stored yet";
    EXPECT_TRUE(store.flush());
  }
  CostStore store(file);
  EXPECT_EQ(store.find("a=1\n", "job"), result_of(7));
  EXPECT_FALSE(store.find("a=2\n", "job"));
  EXPECT_FALSE(store.find("a=1\n", "other job"));
  EXPECT_FALSE(store.problem());
}

TEST_F(StoreTest, TwoShareAFile) {
  CostStore a(file), b(file);
  for (int i = 0; i < 50; ++i) {
    CostStore& writer = i % 2 == 0 ? a : b;
    writer.put("h", std::to_string(i), result_of(i));
    ASSERT_TRUE(writer.flush());
  }
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(a.find("h", std::to_string(i)), result_of(i));
    EXPECT_EQ(b.find("h", std::to_string(i)), result_of(i));
  }
}

// Files of the wire format before name the version of the model alone.
TEST_F(StoreTest, ResultsInAnotherWireFormatAreNeitherFoundNorListedAsOnesOfThisVersion) {
  CostStore store(file);
  store.put("h", "job", result_of(7));
  ASSERT_TRUE(store.flush());
  Database(file, Database::Mode::existing)
      .run("UPDATE sets SET model=" + std::to_string(kModelVersion));
  CostStore again(file);
  EXPECT_FALSE(again.find("h", "job"));
  EXPECT_TRUE(again.sample(0, 1).empty());
  ASSERT_EQ(again.sets().size(), 1u);
  EXPECT_NE(again.sets().front().model, kResultVersion);
  EXPECT_FALSE(again.problem());
}

TEST_F(StoreTest, AFlippedBitIsSeen) {
  CostStore store(file);
  store.put("h", "job", result_of(7));
  ASSERT_TRUE(store.flush());
  Database(file, Database::Mode::existing)
      .run("UPDATE results SET result=x'00'||substr(result, 2)");
  EXPECT_FALSE(store.find("h", "job"));
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

TEST_F(StoreTest, SomebodyElsesDatabaseKeepsItsBytes) {
  const std::filesystem::path other = folder.path() / "other.sqlite";
  Database(other, Database::Mode::create).run("CREATE TABLE mine (x)");
  const std::string before = tests::content(other);
  EXPECT_EQ(CostStore(other).problem(), "is not a cache of this version of h4h");
  EXPECT_THROW(CostStore::existing(other), DatabaseError);
  EXPECT_EQ(tests::content(other), before);
}

TEST_F(StoreTest, WhatIsStoredAfterAClearBesideItIsOfItsOwnChip) {
  CostStore running(file);
  running.put("chip X", "job", result_of(1));
  ASSERT_TRUE(running.flush());
  CostStore::existing(file).clear(false);
  CostStore other(file);
  other.put("chip Y", "other job", result_of(2));
  ASSERT_TRUE(other.flush());
  running.put("chip X", "job 2", result_of(3));
  ASSERT_TRUE(running.flush());
  EXPECT_FALSE(CostStore(file).find("chip Y", "job 2"));
  EXPECT_EQ(CostStore(file).find("chip X", "job 2"), result_of(3));
  EXPECT_FALSE(running.find("chip X", "job")) << "it was cleared";
  EXPECT_FALSE(running.problem());
}

TEST_F(StoreTest, ManyThatStartAtOnceAllGetTheNewFile) {
  std::vector<pid_t> children;
  for (int i = 0; i < 12; ++i) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    CostStore store(file);
    store.put("h", std::to_string(i), result_of(i));
    ::_exit(store.flush() ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  CostStore store(file);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(store.find("h", std::to_string(i)), result_of(i));
}

TEST_F(StoreTest, AStoreWithAProblemAnswersNothingAndStoresNothing) {
  CostStore store("/proc/none/costs.sqlite");
  store.put("h", "job", result_of(1));
  EXPECT_FALSE(store.flush());
  EXPECT_FALSE(store.find("a=1\n", "job"));
}

TEST_F(StoreTest, AFileThatIsKeptLockedIsNamed) {
  CostStore store(file, std::chrono::milliseconds(20));
  const Database other(file, Database::Mode::existing);
  const Transaction writing(other);
  store.put("h", "job", result_of(1));
  EXPECT_FALSE(store.flush());
  EXPECT_EQ(store.problem(), "another process keeps it locked");
}

TEST_F(StoreTest, AFullDiskIsNamedAndWhatWasStoredStays) {
  {
    CostStore store(file);
    store.put("h", "first", result_of(1));
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
    for (int i = 0; i < 900; ++i) store.put("h", "job" + std::to_string(i), result_of(i));
    const bool stored = store.flush();
    ::_exit(!stored && store.problem() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "a flush that could not write says so";
  CostStore store(file);
  EXPECT_EQ(store.find("h", "first"), result_of(1));
  EXPECT_FALSE(store.find("h", "job0")) << "all of a flush or nothing";
}

TEST_F(StoreTest, MergingAddsWhatIsNewAndRefusesContradictions) {
  const std::filesystem::path other = folder.path() / "other.sqlite";
  {
    CostStore from(other);
    from.put("h", "a", result_of(1));
    from.put("g", "b", result_of(2));
  }
  CostStore store(file);
  store.put("h", "a", result_of(1));
  ASSERT_TRUE(store.flush());
  EXPECT_EQ(store.merge(other), 1);
  EXPECT_EQ(store.find("g", "b"), result_of(2));
  EXPECT_EQ(store.merge(other), 0);
  {
    CostStore from(other);
    from.put("h", "c", result_of(3));
  }
  Database(other, Database::Mode::existing).run("DELETE FROM results WHERE job=x'61'");
  {
    CostStore from(other);
    from.put("h", "a", result_of(4));
  }
  EXPECT_THROW(store.merge(other), DatabaseError);
  Database(other, Database::Mode::existing).run("UPDATE results SET result=x'01' WHERE job=x'61'");
  EXPECT_THROW(store.merge(other), BrokenDatabase);
  EXPECT_THROW(store.merge(file), DatabaseError) << "with itself";
  EXPECT_FALSE(store.find("h", "c")) << "nothing of a file that contradicts";
}

// What a network under `auto` asks for.
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

// Every share of a network that `auto` looks at.
void simulate_shares(JobResults& results, const platforms::Platform& chip) {
  LayerCosts costs(chip.hardware, results);
  const workloads::Network network = *workloads::build_by_name("ds_cnn_kws");
  const std::vector<LayerContext> contexts = testing::layer_contexts(chip.hardware.sram, network);
  const std::vector<workloads::LayerShape> layers = layer_shapes(network);
  const models::Devices& devices = costs.devices();
  for (const ActiveDevices& active : active_choices(all_macros(devices), devices.size())) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      for (const Split& split : layer_splits(devices, layers[i], active)) {
        costs.cost({layers[i], split, contexts[i]});
      }
    }
  }
}

TEST(JobResults, ChipsThatDifferInNothingThatALayerSeesShareThem) {
  JobResults results;
  simulate_shares(results, testing::platform("h4h-7nm"));
  const std::int64_t simulated = results.simulated();
  simulate_shares(results, testing::platform("h4h-7nm", {"cim.macros=4"}));
  simulate_shares(results,
                  testing::platform("h4h-7nm", {"cim.capacity=ignore", "energy.npu_mac=1 pJ"}));
  simulate_shares(results,
                  testing::platform("h4h-7nm", {"sram.size=4 MiB", "sram.overflow=infeasible"}));
  EXPECT_EQ(results.simulated(), simulated);
  simulate_shares(results, testing::platform("h4h-7nm", {"cim.step=8 ns"}));
  const std::int64_t other_step = results.simulated() - simulated;
  EXPECT_GT(other_step, 0);
  EXPECT_LT(other_step, simulated) << "what the NPU does alone is as before";
}

TEST(LayerText, SaysAllThatAHardwareNeedsToBeSimulated) {
  for (const std::string& name : testing::shipped_platforms()) {
    const platforms::Hardware hardware = testing::platform(name).hardware;
    for (const platforms::DeviceSet devices :
         {platforms::DeviceSet{0}, platforms::DeviceSet{0, 1}, platforms::DeviceSet{0, 2}}) {
      const std::string text = platforms::layer_text(hardware, devices);
      EXPECT_EQ(platforms::layer_text(platforms::hardware_of(text), devices), text) << name;
      EXPECT_EQ(platforms::canonical_text(platforms::layer_hardware(hardware, devices)),
                platforms::canonical_text(platforms::hardware_of(text)))
          << name;
    }
  }
  EXPECT_THROW(platforms::hardware_of("npu.clock"), std::invalid_argument);
  EXPECT_THROW(platforms::hardware_of("npu.clok=1 Hz"), std::invalid_argument);
  EXPECT_THROW(platforms::hardware_of("npu.clock=1 kg"), std::invalid_argument);
}

// This process without root's rights, which no file is read-only for.
class Unprivileged {
 public:
  Unprivileged() {
    if (::geteuid() == 0 && ::setresuid(kNobody, kNobody, 0) != 0) throw std::runtime_error("uid");
  }
  ~Unprivileged() {
    if (::setresuid(own_, own_, own_) != 0) std::abort();
  }

 private:
  static constexpr uid_t kNobody = 65534;
  const uid_t own_ = ::geteuid();
};

struct ReadOnlyStore : StoreTest {
  ReadOnlyStore() {
    CostStore store(file);
    store.put("a=1\n", "job", result_of(7));
    EXPECT_TRUE(store.flush());
  }
  ~ReadOnlyStore() override { allow(0755, 0644); }
  void allow(mode_t folder_mode, mode_t file_mode) const {
    ::chmod(folder.path().c_str(), 0755);
    ::chmod(file.parent_path().c_str(), folder_mode);
    ::chmod(file.c_str(), file_mode);
  }
};

TEST_F(ReadOnlyStore, IsReadAlsoWhereNoReaderMayWriteBesideIt) {
  for (const auto& [folder_mode, file_mode] :
       {std::pair(0555u, 0444u), std::pair(0555u, 0666u), std::pair(0777u, 0444u)}) {
    allow(folder_mode, file_mode);
    const Unprivileged user;
    CostStore store(file);
    EXPECT_EQ(store.find("a=1\n", "job"), result_of(7)) << folder_mode << " " << file_mode;
    EXPECT_FALSE(store.problem()) << *store.problem();
    EXPECT_EQ(CostStore::existing(file).sets().size(), 1u);
  }
}

TEST_F(ReadOnlyStore, SaysThatNothingIsAddedOnceThereIsSomething) {
  allow(0555, 0444);
  const Unprivileged user;
  CostStore store(file);
  EXPECT_TRUE(store.flush());
  store.put("a=1\n", "other", result_of(8));
  EXPECT_FALSE(store.flush());
  EXPECT_EQ(store.problem(), "may only be read by this user");
  EXPECT_EQ(store.find("a=1\n", "job"), result_of(7)) << "it still answers";
  EXPECT_FALSE(store.flush());
}

TEST_F(ReadOnlyStore, ThatMayNotBeReadSaysWhyAndAnswersNothing) {
  allow(0755, 0000);
  const Unprivileged user;
  CostStore store(file);
  EXPECT_FALSE(store.find("a=1\n", "job"));
  EXPECT_EQ(store.problem(), "unable to open database file");
}

TEST_F(ReadOnlyStore, OfAnotherProgramIsRefused) {
  {
    const Database other(file.parent_path() / "other.sqlite", Database::Mode::create);
    other.run("CREATE TABLE t (x)");
    other.share();
  }
  file = file.parent_path() / "other.sqlite";
  allow(0555, 0444);
  const Unprivileged user;
  EXPECT_EQ(CostStore(file).problem(), "is not a cache of this version of h4h");
}

TEST_F(ReadOnlyStore, NamesWithMarksOfUrisAreNames) {
  const std::filesystem::path odd = file.parent_path() / "a?b#c%20 d.sqlite";
  std::filesystem::rename(file, odd);
  file = odd;
  allow(0555, 0444);
  const Unprivileged user;
  EXPECT_EQ(CostStore(file).find("a=1\n", "job"), result_of(7));
}

}  // namespace
}  // namespace h4h::sim
