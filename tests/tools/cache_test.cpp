#include <gtest/gtest.h>

#include "sim/store/cost_store.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

struct Cache : ::testing::Test {
  TemporaryFolder folder;
  std::string file = (folder.path() / "c.sqlite").string();
  std::string option = " --cache '" + file + "'";
  std::string simulate = "simulate " + kPaper + " --network ds_cnn_kws --format json" + option;
};

TEST_F(Cache, ChangesNoResult) {
  const Outcome without = h4h("simulate " + kPaper + " --network ds_cnn_kws --format json");
  const Outcome cold = h4h(simulate), warm = h4h(simulate);
  ASSERT_EQ(cold.code, 0) << cold.err;
  EXPECT_EQ(cold.out, without.out);
  EXPECT_EQ(warm.out, without.out);
  EXPECT_EQ(cold.err + warm.err, "");
}

TEST_F(Cache, IsCountedVerifiedAndCleared) {
  EXPECT_NE(h4h("cache stats" + option).out.find("no cached results yet"), std::string::npos);
  h4h(simulate);
  const Outcome stats = h4h("cache stats" + option);
  EXPECT_NE(stats.out.find("chips     2\n"), std::string::npos) << stats.out;
  EXPECT_NE(stats.out.find("program   h4h "), std::string::npos) << stats.out;
  EXPECT_NE(stats.out.find("obsolete  0 of other model versions\n"), std::string::npos)
      << stats.out;
  const Outcome verified = h4h("cache verify --sample 20" + option);
  EXPECT_EQ(verified.code, 0) << verified.err;
  EXPECT_NE(verified.out.find("all are identical"), std::string::npos) << verified.out;
  EXPECT_EQ(h4h("cache clear --old" + option).out.substr(0, 5), "0 of ");
  EXPECT_EQ(h4h("cache clear" + option).code, 0);
  EXPECT_NE(h4h("cache stats" + option).out.find("results   0\n"), std::string::npos);
}

TEST_F(Cache, AResultThatIsWrongIsFound) {
  h4h(simulate);
  {
    sim::CostStore store = sim::CostStore::existing(file);
    const std::vector<sim::StoredResult> all = store.sample(0, 1);
    store.clear(false);
    for (sim::StoredResult stored : all) {
      ++stored.result.time.count;
      store.put(stored.hardware, stored.job, stored.result);
    }
  }
  const Outcome o = h4h("cache verify --sample 1000" + option);
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.out.find("differs: "), std::string::npos);
  EXPECT_NE(o.err.find("some differ"), std::string::npos) << o.err;
}

TEST_F(Cache, ResultsOfOtherModelsAreNotUsedAndGoWhenAsked) {
  h4h(simulate);
  sim::Database(file, sim::Database::Mode::existing).run("UPDATE sets SET model=model-1");
  const std::string before = h4h("cache stats" + option).out;
  EXPECT_NE(before.find("results   0\n"), std::string::npos) << before;
  h4h(simulate);
  EXPECT_EQ(h4h("cache clear --old" + option).code, 0);
  const std::string after = h4h("cache stats" + option).out;
  EXPECT_NE(after.find("obsolete  0 of"), std::string::npos) << after;
  EXPECT_EQ(after.find("results   0\n"), std::string::npos) << after;
}

TEST_F(Cache, AFileThatIsNoneIsNamedAndTheResultIsThereAllTheSame) {
  folder.write("c.sqlite", std::string(5000, 'x'));
  const Outcome o = h4h(simulate);
  EXPECT_EQ(o.code, 0);
  EXPECT_EQ(o.out, h4h("simulate " + kPaper + " --network ds_cnn_kws --format json").out);
  EXPECT_NE(o.err.find("c.sqlite: file is not a database"), std::string::npos) << o.err;
  EXPECT_EQ(content(file), std::string(5000, 'x')) << "somebody's file";
  expect_failure("cache verify" + option, 1, "file is not a database");
  expect_failure("cache clear" + option, 1, "file is not a database");
}

TEST_F(Cache, OfTheUserThatIsBrokenIsRemovedByClear) {
  std::filesystem::create_directories(folder.path() / "h4h");
  const auto broken = folder.write("h4h/costs.sqlite", std::string(5000, 'x'));
  const Outcome o = run("env -u H4H_CACHE XDG_CACHE_HOME='" + folder.path().string() + "' " +
                        H4H_BINARY + " cache clear");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_FALSE(std::filesystem::exists(broken));
}

TEST_F(Cache, OfTheUserThatIsOnlyLockedStays) {
  const std::string user =
      "env -u H4H_CACHE XDG_CACHE_HOME='" + folder.path().string() + "' " + H4H_BINARY;
  ASSERT_EQ(run(user + " simulate " + kPaper + " --network ds_cnn_kws").code, 0);
  const auto kept = folder.path() / "h4h/costs.sqlite";
  const sim::Database database(kept, sim::Database::Mode::existing);
  const sim::Transaction writing(database);
  const Outcome o = run(user + " cache clear --old");
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("another process keeps it locked"), std::string::npos) << o.err;
  EXPECT_TRUE(std::filesystem::exists(kept));
}

TEST_F(Cache, OnAFullDiskSaysSoAndGoesOn) {
  const Outcome o = run("(trap '' XFSZ; ulimit -f 40; " + (H4H_BINARY " " + simulate) + ")");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.out, h4h("simulate " + kPaper + " --network ds_cnn_kws --format json").out);
  EXPECT_NE(o.err.find("h4h: warning: cache "), std::string::npos) << o.err;
}

TEST_F(Cache, MergesFilesFromElsewhere) {
  const std::string other = (folder.path() / "other.sqlite").string();
  h4h("simulate " + kPaper + " --network ds_cnn_kws --cache '" + other + "'");
  EXPECT_NE(h4h("cache merge '" + other + "'" + option).out.find(" new results"),
            std::string::npos);
  EXPECT_NE(h4h("cache merge '" + other + "'" + option).out.find(": 0 new results"),
            std::string::npos);
  expect_failure("cache merge /none.sqlite" + option, 1, "/none.sqlite: no such file");
  const std::string empty = " --cache '" + (folder.path() / "empty.sqlite").string() + "'";
  expect_failure("cache merge '" + other + "' /none.sqlite" + empty, 1, "/none.sqlite");
  EXPECT_NE(h4h("cache stats" + empty).out.find("results   0"), std::string::npos)
      << "nothing is merged where a file is missing";
}

TEST_F(Cache, OptionsOfOtherSubcommandsAreRefused) {
  expect_failure("cache stats --sample 5" + option, 2,
                 "cache stats takes no --sample; cache verify does");
  expect_failure("cache clear --seed 5" + option, 2,
                 "cache clear takes no --seed; cache verify does");
  expect_failure("cache verify --old" + option, 2, "cache verify takes no --old; cache clear does");
}

TEST_F(Cache, WordsThatItDoesNotKnowAreRefused) {
  expect_failure("cache" + option, 2, "subcommand required: stats, verify, clear, merge");
  expect_failure("cache shrink" + option, 2, "unknown subcommand 'shrink'");
  expect_failure("cache stats more" + option, 2, "takes no files");
  expect_failure("cache merge" + option, 2, "requires files");
  expect_failure("cache verify --sample 0" + option, 2, "--sample '0' is not an integer from 1");
  expect_failure("cache stats --cache none", 2, "the cache is off (none)");
}

}  // namespace
}  // namespace h4h::tests
