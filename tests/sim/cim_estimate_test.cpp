#include "models/cim/cim_estimate.hpp"

#include <gtest/gtest.h>

#include "sim/session/session.hpp"
#include "tests/sim/random_jobs.hpp"

namespace h4h::sim {
namespace {

models::CimStreams streams_of(const platforms::Hardware& hardware, const LayerJob& job) {
  const bool spilled = !job.context.input_levels.empty();
  const platforms::Memory& sram = hardware.sram;
  return {hardware.noc, spilled ? hardware.external : sram,
          job.context.output_level == MemoryLevel::external ? hardware.external : sram, false};
}

TEST(CimEstimate, IsWhatMacrosTakeThatHaveTheLinkToThemselves) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    testing::Draw draw(seed);
    const platforms::Hardware hardware = testing::any_hardware(draw);
    const LayerJob job = testing::any_job(draw, hardware);
    if (job.split.channels(platforms::kNpu) > 0 || job.split.channels(platforms::kCim) == 0)
      continue;
    const Plans plans = plan_job(models::make_devices(hardware), job);
    const auto& tiles = std::get<models::CimPlan>(*plans.at(platforms::kCim)).tiles;
    const auto simulated = static_cast<double>(Session(hardware).run(job).time.count);
    const double estimated = models::estimate_cim(hardware.cim, streams_of(hardware, job), tiles);
    // The simulation rounds every stream up to a picosecond, and shares of the link down to 1 B/s.
    const double rounding = 4.0 * static_cast<double>(tiles.size());
    EXPECT_NEAR(estimated, simulated, rounding + 1e-6 * simulated) << canonical_text(job);
    ++compared;
  }
  EXPECT_GT(compared, 100);
}

TEST(CimEstimate, ThePlanThatItChoosesIsNoSlowerThanAnyOfItsCuts) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    testing::Draw draw(seed);
    const platforms::Hardware hardware = testing::any_hardware(draw);
    const LayerJob job = testing::any_job(draw, hardware);
    if (job.split.channels(platforms::kNpu) > 0 || job.split.channels(platforms::kCim) == 0)
      continue;
    const models::Picoseconds chosen = Session(hardware).run(job).time;
    for (const std::int64_t tiles : {1, 2, 4, 8, 16, 32, 64}) {
      Plans other = plan_job(models::make_devices(hardware), job);
      const auto& [channels, macros, units] = job.split.shares.at(platforms::kCim);
      auto& plan = std::get<models::CimPlan>(*other.at(platforms::kCim));
      plan.tiles = models::plan_cim(hardware.cim, macros, units, job.layer, job.context.input,
                                    job.context.output, {tiles})
                       .tiles;
      const models::Picoseconds time = Session(hardware).run_plans({other}).front().time;
      EXPECT_LE(static_cast<double>(chosen.count), 1.005 * static_cast<double>(time.count) + 4 * 64)
          << tiles << " tiles: " << canonical_text(job);
    }
  }
}

}  // namespace
}  // namespace h4h::sim
