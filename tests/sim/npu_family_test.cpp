#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "sim/costs/cost_bounds.hpp"
#include "sim/session/session.hpp"
#include "sim/validation/family.hpp"
#include "tests/sim/random_jobs.hpp"
#include "tests/support/files.hpp"
#include "tests/support/paths.hpp"

namespace h4h::sim {
namespace {

using platforms::Hardware;
using platforms::NpuType;
using testing::Draw;

// A chip with an Ethos-U65 or U85 of any size.
Hardware any_family_hardware(Draw& draw) {
  Hardware h = testing::any_hardware(draw);
  h.npu.type = draw.of({NpuType::ethos_u65, NpuType::ethos_u85, NpuType::ethos_u85});
  const std::vector<std::int64_t>& sizes = platforms::npu_sizes(h.npu.type);
  h.npu.macs_per_cycle =
      sizes[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(sizes.size())))];
  h.npu.traversal =
      draw.of({platforms::TraversalRule::hardware, platforms::TraversalRule::estimator});
  h.npu.matmul_rule = draw.of({platforms::MatmulRule::weights, platforms::MatmulRule::arm});
  h.npu.outstanding = draw.of<std::int64_t>({4, 16, 64});
  h.sram.outstanding = draw.of<std::int64_t>({0, 8, 16});
  h.sram.burst_bytes = draw.of<std::int64_t>({32, 64});
  return h;
}

TEST(NpuFamily, BoundsOfRandomJobsAreNeverAboveWhatIsSimulated) {
  Draw draw(31);
  for (int chip = 0; chip < 60; ++chip) {
    const Hardware h = any_family_hardware(draw);
    const models::Devices devices = models::make_devices(h);
    Session session(h);
    CostBounds bounds(h, devices);
    for (int i = 0; i < 10; ++i) {
      const LayerJob job = testing::any_job(draw, h);
      const JobResult simulated = session.run(job);
      const JobBound bound = bounds.of(job);
      EXPECT_LE(bound.time, simulated.time) << canonical_text(job);
      for (const models::Event event : models::kEvents) {
        EXPECT_LE(bound.counts[event], simulated.counts[event])
            << static_cast<int>(event) << ": " << canonical_text(job);
      }
    }
  }
}

TEST(NpuFamily, NoLayerOfTheNpuIsFasterThanItsPeak) {
  Draw draw(32);
  for (int i = 0; i < 300; ++i) {
    const Hardware h = any_family_hardware(draw);
    LayerJob job = testing::any_job(draw, h);
    job.split = split_between(job.layer.output.channels, 0, 0, 0);
    const JobResult result = Session(h).run(job);
    const double peak = static_cast<double>(h.npu.macs_per_cycle * h.npu.clock_hz);
    EXPECT_GE(to_seconds(result.time) * peak, static_cast<double>(workloads::macs(job.layer)))
        << canonical_text(job);
  }
}

// By more than 2 % and the latency of a memory, which a layer pays once.
TEST(NpuFamily, ABetterMemorySlowsNoLayerOfTheNpu) {
  Draw draw(33);
  for (int i = 0; i < 300; ++i) {
    Hardware h = any_family_hardware(draw);
    h.npu.weight_copies = platforms::WeightCopies::fastest;
    LayerJob job = testing::any_job(draw, h);
    job.split = split_between(job.layer.output.channels, 0, 0, 0);
    const models::Picoseconds was = Session(h).run(job).time;
    Hardware better = h;
    switch (draw.below(4)) {
      case 0:
        better.sram.bandwidth *= 2;
        break;
      case 1:
        better.weights.bandwidth *= 2;
        break;
      case 2:
        better.sram.latency_ps /= 2;
        break;
      default:
        better.noc.bandwidth *= 2;
    }
    const models::Picoseconds is = Session(better).run(job).time;
    const std::int64_t allowed = std::max(
        was.count / 50, h.noc.warm_up_ps + std::max(h.sram.latency_ps, h.weights.latency_ps));
    EXPECT_LE(is.count, was.count + allowed) << canonical_text(job);
  }
}

TEST(NpuFamily, EveryBoundHoldsOnTheShippedReferencesOfAnEthosU65) {
  const FamilyValidation validation = validate_family(
      {tests::source_dir() / "platforms", tests::source_dir() / "tests/reference", {}},
      NpuType::ethos_u65);
  EXPECT_EQ(validation.checks.size(), 1760u);
  const std::vector<Verdict> verdicts = family_verdicts(validation);
  EXPECT_EQ(verdicts.size(), 4u);
  for (const Verdict& verdict : verdicts)
    EXPECT_TRUE(verdict.pass) << verdict.what << verdict.figure;
}

// Of two sizes with everything in SRAM: where neither blocks at the edges nor the first weights
// decide (docs/validation.md).
TEST(NpuFamily, EveryBoundHoldsOnSmallEthosU85sWithEverythingInSram) {
  const std::filesystem::path reference = tests::source_dir() / "tests/reference";
  const tests::TemporaryFolder folder;
  std::filesystem::copy_file(reference / "npu_family_layers.csv",
                             folder.path() / "npu_family_layers.csv");
  std::ifstream all(reference / "npu_u85.csv");
  std::string rows, line;
  std::getline(all, line);
  rows = line + "\n";
  while (std::getline(all, line)) {
    const bool small = line.find(",128,Ethos") != std::string::npos ||
                       line.find(",256,Ethos") != std::string::npos;
    if (small && line.find(",Sram_Only,") != std::string::npos) rows += line + "\n";
  }
  folder.write("npu_u85.csv", rows);
  const FamilyValidation validation =
      validate_family({tests::source_dir() / "platforms", folder.path(), {}}, NpuType::ethos_u85);
  EXPECT_GT(validation.checks.size(), 400u);
  const std::vector<Verdict> verdicts = family_verdicts(validation);
  EXPECT_EQ(verdicts.size(), 7u);
  for (const Verdict& verdict : verdicts) {
    EXPECT_TRUE(verdict.pass) << verdict.what << verdict.figure;
  }
  for (const FamilyGroup& group : family_groups(validation, true)) {
    if (group.name != "convolution" || group.macs_per_cycle != 0) continue;
    EXPECT_LT(group.hardware_bias, group.bias) << "the hardware takes fewer steps";
  }
}

}  // namespace
}  // namespace h4h::sim
