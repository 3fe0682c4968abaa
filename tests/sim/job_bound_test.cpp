// Lower bounds of jobs against their simulation: never above, and close enough to be of use.
#include <gtest/gtest.h>

#include "models/counts/counts.hpp"
#include "models/device/plan_size.hpp"
#include "sim/costs/cost_bounds.hpp"
#include "sim/mapping/layer_options.hpp"
#include "sim/session/session.hpp"
#include "tests/sim/random_jobs.hpp"
#include "tests/sim/three_devices.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using testing::Draw;

// Of the two, the sums and how many there were.
struct Tightness {
  double bound = 0, simulated = 0;
  std::int64_t jobs = 0;
  double ratio() const { return bound / simulated; }
};

void expect_below(const JobBound& bound, const JobResult& simulated, const LayerJob& job) {
  EXPECT_LE(bound.time, simulated.time) << canonical_text(job);
  for (const Event event : models::kEvents) {
    EXPECT_LE(bound.counts[event], simulated.counts[event])
        << "event " << static_cast<int>(event) << ": " << canonical_text(job);
  }
}

void compare_bound(CostBounds& bounds, Session& session, const LayerJob& job,
                   Tightness& tightness) {
  const JobBound bound = bounds.of(job);
  const JobResult simulated = session.run(job);
  expect_below(bound, simulated, job);
  tightness.bound += static_cast<double>(bound.time.count) /
                     std::max(1.0, static_cast<double>(simulated.time.count));
  tightness.simulated += 1;
  ++tightness.jobs;
}

platforms::Hardware hardware_of_any_link(Draw& draw) {
  platforms::Hardware h = testing::any_hardware(draw);
  h.noc.exclusivity = draw.of({platforms::Exclusivity::tenure, platforms::Exclusivity::tenure,
                               platforms::Exclusivity::none, platforms::Exclusivity::layer});
  h.npu.outstanding = draw.of<std::int64_t>({0, 1, 2, 4});
  h.cim.outstanding = draw.of<std::int64_t>({0, 1, 2, 4});
  h.npu.weight_copies =
      draw.of({platforms::WeightCopies::compiler, platforms::WeightCopies::fastest});
  return h;
}

LayerJob job_of_any_context(Draw& draw, const platforms::Hardware& h) {
  LayerJob job = testing::any_job(draw, h);
  if (draw.below(3) != 0) return job;
  job.context.first_layer = false;
  job.context.slack = {draw.log_from(1'000, 100'000'000)};
  return job;
}

TEST(JobBound, IsNeverAboveWhatIsSimulatedOfRandomJobs) {
  Draw draw(19);
  Tightness tightness;
  for (int chip = 0; chip < 150; ++chip) {
    const platforms::Hardware h = hardware_of_any_link(draw);
    const models::Devices devices = models::make_devices(h);
    Session session(h);
    CostBounds bounds(h, devices);
    for (int i = 0; i < 20; ++i) {
      compare_bound(bounds, session, job_of_any_context(draw, h), tightness);
    }
  }
  EXPECT_EQ(tightness.jobs, 3000);
  EXPECT_GT(tightness.ratio(), 0.75);
}

TEST(JobBound, HoldsForThreeDevices) {
  Draw draw(20);
  const testing::ThreeDevices chip;
  Session session(chip.hardware);
  CostBounds bounds(chip.hardware, chip.devices);
  Tightness tightness;
  while (tightness.jobs < 300) {
    LayerJob job = testing::any_job(draw, chip.hardware);
    job.split.shares.resize(3);
    const auto choices = channel_choices(*chip.devices[2], job.layer);
    const std::int64_t channels =
        choices[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(choices.size())))];
    if (channels == 0 || channels > job.split.channels(platforms::kNpu)) continue;
    job.split.shares[0].channels -= channels;
    job.split.shares[2] = {channels, 2, 1};
    compare_bound(bounds, session, job, tightness);
  }
}

// Every share of every layer that `auto` looks at.
TEST(JobBound, IsWithinATenthOfTheLayersOfMobileNetV2) {
  const platforms::Platform p = testing::platform("h4h-7nm");
  const workloads::Network network = *workloads::build_by_name("mobilenet_v2");
  LayerCosts costs(p.hardware);
  Session session(p.hardware);
  CostBounds bounds(costs.hardware(), costs.devices());
  const std::vector<LayerContext> contexts = testing::layer_contexts(p.hardware.sram, network);
  const std::vector<workloads::LayerShape> layers = layer_shapes(network);
  const ActiveDevices all = all_macros(costs.devices());
  Tightness tightness;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    for (const Split& split : layer_splits(costs.devices(), layers[i], all)) {
      compare_bound(bounds, session, {layers[i], split, contexts[i]}, tightness);
    }
  }
  EXPECT_GT(tightness.ratio(), 0.9);
}

TEST(JobBound, IsNothingForAShareThatCannotBePlanned) {
  const platforms::Platform p = testing::platform("h4h-7nm");
  const models::Devices devices = models::make_devices(p.hardware);
  CostBounds bounds(p.hardware, devices);
  const LayerJob job = testing::on_npu(testing::conv({4'000, 4'000, 512}, 512, 3));
  EXPECT_THROW(plan_job(devices, job), models::PlanTooLarge);
  EXPECT_EQ(bounds.of(job).time, models::Picoseconds{});
}

}  // namespace
}  // namespace h4h::sim
