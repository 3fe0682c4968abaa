#include "sim/costs/job_results.hpp"

#include <gtest/gtest.h>

#include "sim/variants/variant_point.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

// Jobs that a network makes on a chip simulate.
std::int64_t simulated(JobResults& results, const std::vector<std::string>& settings) {
  const std::int64_t before = results.simulated();
  const platforms::Platform chip = testing::platform("h4h-7nm", settings);
  LayerCosts costs(chip.hardware, results);
  variant_point(costs, chip, *workloads::build_by_name("ds_cnn_kws"), {});
  return results.simulated() - before;
}

TEST(JobResults, ChipsOfOtherPricesShareWhatIsSimulated) {
  JobResults results;
  EXPECT_GT(simulated(results, {}), 0);
  EXPECT_EQ(simulated(results, {"energy.npu_mac=0.3 pJ"}), 0);
}

TEST(JobResults, BeyondTheLimitTheChipUsedLongestAgoIsForgotten) {
  const std::vector<std::string> a{"cim.step=9 ns"}, b{"cim.step=10 ns"}, c{"cim.step=11 ns"};
  JobResults unlimited;
  const std::int64_t two = simulated(unlimited, a) + simulated(unlimited, b);
  const std::int64_t third = simulated(unlimited, c);
  JobResults results(nullptr, nullptr, static_cast<std::size_t>(two + third / 2));
  EXPECT_GT(simulated(results, a), 0);
  EXPECT_GT(simulated(results, b), 0);
  EXPECT_EQ(simulated(results, a), 0) << "two fit";
  EXPECT_GT(simulated(results, c), 0);
  EXPECT_EQ(simulated(results, a), 0) << "used later than b";
  EXPECT_GT(simulated(results, b), 0);
}

TEST(JobResults, ADroppedStoreIsNeitherAskedNorTold) {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "c.sqlite";
  {
    JobResults results(std::make_unique<CostStore>(file));
    EXPECT_GT(simulated(results, {}), 0);
    results.store()->flush();
    results.drop_store();
    EXPECT_EQ(results.store(), nullptr);
    EXPECT_GT(simulated(results, {"cim.step=10 ns"}), 0);
  }
  JobResults again(std::make_unique<CostStore>(file));
  EXPECT_EQ(simulated(again, {}), 0);
  EXPECT_GT(simulated(again, {"cim.step=10 ns"}), 0);
}

}  // namespace
}  // namespace h4h::sim
