#include <gtest/gtest.h>

#include <algorithm>

#include "models/time/picoseconds.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "tests/support/useful_macs.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using testing::mapped;
using testing::platform;

// What must always hold of the model, on every platform we ship and under every mapping.
class EveryPlatform : public ::testing::TestWithParam<std::string> {
 protected:
  EveryPlatform() : platform_(platform(GetParam())), costs_(platform_.hardware) {}

  Report report(Strategy strategy) {
    const Mapping mapping = mapped(costs_, platform_, network_, strategy);
    return make_report(platform_, network_, mapping, simulate_layers(costs_, network_, mapping));
  }

  platforms::Platform platform_;
  LayerCosts costs_;
  workloads::Network network_ = workloads::mobilenet_v2();
};

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Shipped, EveryPlatform, ::testing::ValuesIn(testing::modelled_platforms()),
                         test_name);

TEST(ModelledPlatforms, AreThoseWithoutMeasuredTimes) {
  const std::vector<std::string> modelled = testing::modelled_platforms();
  for (const std::string& name : testing::shipped_platforms()) {
    const platforms::Hardware hardware = platform(name).hardware;
    const bool measured = !hardware.npu.measured.empty() || !hardware.cim.measured.empty();
    EXPECT_EQ(std::count(modelled.begin(), modelled.end(), name), measured ? 0 : 1) << name;
  }
}

constexpr Strategy kStrategies[] = {Strategy::npu, Strategy::cim, Strategy::automatic};

TEST_P(EveryPlatform, OneKernelRunEqualsTheFoldOverLayerJobsToThePicosecond) {
  for (const Strategy strategy : kStrategies) {
    const Mapping mapping = mapped(costs_, platform_, network_, strategy);
    const std::vector<JobResult> fold = simulate_layers(costs_, network_, mapping);
    models::Timeline timeline;
    const std::vector<JobResult> whole =
        run_network(platform_.hardware, network_, mapping, timeline);
    ASSERT_EQ(whole.size(), fold.size());
    for (std::size_t i = 0; i < fold.size(); ++i) {
      EXPECT_EQ(whole[i], fold[i]) << network_.layers[i].name;
    }
  }
}

TEST_P(EveryPlatform, EnergyIsTheSumOfPositiveParts) {
  for (const Strategy strategy : kStrategies) {
    const Report r = report(strategy);
    double sum = 0;
    for (const LayerReport& layer : r.layers) {
      EXPECT_GT(layer.energy_j.total(), 0) << layer.name;
      for (const models::Part part : models::kParts) EXPECT_GE(layer.energy_j[part], 0);
      sum += layer.energy_j.total();
    }
    EXPECT_NEAR(sum, r.energy_j.total(), 1e-12 * sum);
  }
}

TEST_P(EveryPlatform, NoPartIsBusyLongerThanTheLayerLasts) {
  for (const Strategy strategy : kStrategies) {
    for (const LayerReport& layer : report(strategy).layers) {
      const JobResult& r = layer.result;
      EXPECT_GT(r.time.count, 0) << layer.name;
      for (const Picoseconds busy :
           {r.busy_of(platforms::kNpu), r.busy_of(platforms::kCim), r.noc_busy}) {
        EXPECT_GE(busy.count, 0);
        EXPECT_LE(busy, r.time) << layer.name;
      }
    }
  }
}

double peak_macs_per_s(const platforms::DeviceDescription& device, const Split& split,
                       platforms::DeviceId id) {
  if (const auto* npu = std::get_if<platforms::Npu>(&device)) {
    return static_cast<double>(npu->macs_per_cycle * npu->clock_hz);
  }
  const auto& cim = std::get<platforms::Cim>(device);
  const Share& macros = split.shares.at(id);
  return static_cast<double>(macros.macros * macros.units * cim.accumulators * cim.products) *
         1e12 / static_cast<double>(cim.step_ps);
}

TEST_P(EveryPlatform, NoLayerBeatsThePeakOfTheDevicesItUses) {
  for (const Strategy strategy : kStrategies) {
    const Report r = report(strategy);
    for (std::size_t i = 0; i < r.layers.size(); ++i) {
      const LayerReport& layer = r.layers[i];
      double peak = 0;
      const auto devices = platforms::devices_of(platform_.hardware);
      for (platforms::DeviceId id = 0; id < devices.size(); ++id) {
        if (layer.split.channels(id) > 0) peak += peak_macs_per_s(devices[id], layer.split, id);
      }
      const auto useful = tests::useful_macs(workloads::layer_shape(network_, network_.layers[i]));
      EXPECT_GE(to_seconds(layer.result.time) * peak, static_cast<double>(useful)) << layer.name;
    }
  }
}

TEST_P(EveryPlatform, NoLayerBeatsTheBandwidthOfTheNoc) {
  for (const Strategy strategy : kStrategies) {
    for (const LayerReport& layer : report(strategy).layers) {
      const std::int64_t read = layer.result.noc_read_bytes;
      const std::int64_t write = layer.result.noc_write_bytes;
      EXPECT_EQ(layer.result.counts[Event::noc_byte], read + write + layer.result.prefetched_bytes);
      const platforms::Noc& noc = platform_.hardware.noc;
      const std::int64_t bytes =
          noc.duplex == platforms::Duplex::full ? std::max(read, write) : read + write;
      EXPECT_GE(layer.result.time, models::transfer_time(bytes, noc.bandwidth));
    }
  }
}

TEST_P(EveryPlatform, TheNocCarriesAtLeastInputOutputAndTheNpusWeightsThatRideIt) {
  const bool weights_ride = platform_.hardware.npu.weights_port == platforms::WeightsPort::noc;
  for (const Strategy strategy : kStrategies) {
    const Report r = report(strategy);
    for (std::size_t i = 0; i < r.layers.size(); ++i) {
      const workloads::LayerShape shape = workloads::layer_shape(network_, network_.layers[i]);
      std::int64_t least = shape.output.elements();
      for (const workloads::Shape& input : shape.inputs) least += input.elements();
      const std::int64_t npu = r.layers[i].split.channels(platforms::kNpu);
      if (weights_ride && npu > 0 && workloads::weight_bytes(shape) > 0) {
        least += models::encoded_weight_bytes(share_of(shape, npu));
      }
      EXPECT_GE(r.layers[i].result.counts[Event::noc_byte], least) << r.layers[i].name;
    }
  }
}

TEST_P(EveryPlatform, AllMacsAreCountedOnce) {
  for (const Strategy strategy : kStrategies) {
    std::int64_t counted = 0;
    const Report r = report(strategy);
    for (const LayerReport& layer : r.layers) {
      const models::Counts& counts = layer.result.counts;
      counted += counts[Event::npu_mac] + counts[Event::cim_mac];
      for (std::size_t i = 0; i < counts.listed(); ++i) {
        counted += counts.of_listed(i, Event::npu_mac) + counts.of_listed(i, Event::cim_mac);
      }
    }
    EXPECT_EQ(counted, r.macs);
  }
}

// Some value of the hardware that is only ever for the better when it grows (or shrinks).
struct Improvement {
  const char* name;
  void (*apply)(platforms::Hardware&);
};

constexpr Improvement kImprovements[] = {
    {"NoC x 1.1", [](platforms::Hardware& h) { h.noc.bandwidth += h.noc.bandwidth / 10; }},
    {"NoC x 2", [](platforms::Hardware& h) { h.noc.bandwidth *= 2; }},
    {"SRAM x 1.1", [](platforms::Hardware& h) { h.sram.bandwidth += h.sram.bandwidth / 10; }},
    {"SRAM x 2", [](platforms::Hardware& h) { h.sram.bandwidth *= 2; }},
    {"weights x 1.1",
     [](platforms::Hardware& h) { h.weights.bandwidth += h.weights.bandwidth / 10; }},
    {"weights x 4", [](platforms::Hardware& h) { h.weights.bandwidth *= 4; }},
    {"all x 2",
     [](platforms::Hardware& h) {
       h.noc.bandwidth *= 2;
       h.sram.bandwidth *= 2;
       h.weights.bandwidth *= 2;
     }},
    {"step / 2", [](platforms::Hardware& h) { h.cim.step_ps /= 2; }},
    {"SRAM latency / 2", [](platforms::Hardware& h) { h.sram.latency_ps /= 2; }},
};

// Every stream rounds up to a picosecond, so other rates may round other streams up.
Picoseconds rounding(const platforms::Hardware& hardware, const LayerJob& job) {
  const Plans plans = plan_job(models::make_devices(hardware), job);
  const auto& npu_plan = plans.at(platforms::kNpu);
  const auto& cim_plan = plans.at(platforms::kCim);
  const std::size_t npu = npu_plan ? std::get<models::NpuPlan>(*npu_plan).steps.size() : 0;
  const std::size_t cim = cim_plan ? std::get<models::CimPlan>(*cim_plan).tiles.size() : 0;
  return {static_cast<std::int64_t>(3 * npu + 2 * cim)};
}

// Where a port of the NPU is slower than its width and weights have another one, weights that come
// earlier change the order of requests on the first: on ra8p1 four layers take up to 54 ns (0.11 %)
// longer with faster weights. That is within one fixed cost of a tenure, not within rounding.
// Streams of an Ethos-U65 or U85 have requests under way before the stream ahead has ended, so a
// faster memory reorders them: depthwise layers take up to 1.1 % longer (measured), within the 2 %
// of the design.
Picoseconds reordering(const platforms::Platform& platform, Picoseconds time) {
  if (platform.hardware.npu.type != platforms::NpuType::ethos_u55) return {time.count / 50};
  if (platform.name != "ra8p1") return {0};
  return {platform.hardware.noc.warm_up_ps + platform.hardware.sram.latency_ps};
}

TEST_P(EveryPlatform, WhatIsForTheBetterNeverSlowsALayerOfOneTenant) {
  for (const Strategy strategy : {Strategy::npu, Strategy::cim}) {
    const Mapping mapping = mapped(costs_, platform_, network_, strategy);
    std::vector<LayerJob> jobs;
    for (StripeJob& step : stripe_jobs(platform_.hardware, network_, mapping)) {
      jobs.push_back(std::move(step.job));
    }
    std::vector<Plans> plans;  // stay as they are: a compiler may choose others for better parts
    for (const LayerJob& job : jobs)
      plans.push_back(plan_job(models::make_devices(platform_.hardware), job));
    const std::vector<JobResult> base = Session(platform_.hardware).run_plans(plans);
    for (const Improvement& improvement : kImprovements) {
      platforms::Hardware better = platform_.hardware;
      improvement.apply(better);
      const std::vector<JobResult> faster = Session(better).run_plans(plans);
      for (std::size_t i = 0; i < base.size(); ++i) {
        EXPECT_LE(faster[i].time,
                  base[i].time + rounding(better, jobs[i]) + reordering(platform_, base[i].time))
            << network_.layers[i].name << ", " << improvement.name;
      }
    }
  }
}

}  // namespace
}  // namespace h4h::sim
