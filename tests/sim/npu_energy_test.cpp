#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <map>

#include "models/energy/energy.hpp"
#include "platforms/description/uncertain_parameters.hpp"
#include "tests/sim/support.hpp"

// Energy of the NPU over its sizes, against what is public: nobody publishes pJ per MAC of an
// Ethos-U55.
namespace h4h::sim {
namespace {

using models::Event;
using models::Part;

const std::array<std::int64_t, 4> kSizes{32, 64, 128, 256};

struct Priced {
  std::int64_t macs = 0;
  models::Counts counts;
  models::Energy energy_j;

  double pj_per_mac(double joules) const { return joules / static_cast<double>(macs) * 1e12; }
};

// A convolution that keeps every size busy, on an NPU alone.
Priced conv3x3(std::int64_t size) {
  const platforms::Platform chip =
      testing::platform("h4h-7nm", {"cim.macros=0", fmt::format("npu.macs_per_cycle={}", size)});
  const workloads::LayerShape layer = testing::conv({32, 32, 128}, 128, 3);
  LayerCosts costs(chip.hardware);
  const JobResult result = costs.cost(testing::on_npu(layer));
  return {workloads::macs(layer), result.counts,
          models::energy_of(result.counts, result.time, 0, chip.coefficients)};
}

// 7 nm mobile DLA (MediaTek, ISSCC 2020, 7.1): 3.4 to 13.3 TOPS/W.
constexpr double kDlaLow = 2 / 13.3, kDlaHigh = 2 / 3.4;

TEST(NpuEnergy, LaneCyclesAreCyclesTimesLanes) {
  for (const std::int64_t size : kSizes) {
    const models::Counts counts = conv3x3(size).counts;
    EXPECT_GT(counts[Event::npu_cycle], 0);
    EXPECT_EQ(counts[Event::npu_lane_cycle], size * counts[Event::npu_cycle]);
  }
}

TEST(NpuEnergy, OfEverySizeLiesInTheSpreadOfA7nmMobileAccelerator) {
  for (const std::int64_t size : kSizes) {
    const Priced p = conv3x3(size);
    const double npu = p.pj_per_mac(p.energy_j[Part::npu]);
    std::cout << fmt::format("conv3x3 32x32x128 on {:>3} MACs: {:.3f} pJ/MAC NPU, {:.3f} chip\n",
                             size, npu, p.pj_per_mac(p.energy_j.total()));
    EXPECT_GE(npu, kDlaLow) << size;
    EXPECT_LE(npu, kDlaHigh) << size;
  }
}

// A quarter of the largest NPU is what another family of one design leaves as fixed, whose buffers
// are several times larger (NVDLA, 16 nm, nvdla.org primer: 45 and 135 mW for 32 and 256 MACs): a
// MAC of the smallest costs more, by less than there.
TEST(NpuEnergy, SmallerNpusTakeMoreForAMacButLessThanNvdlasDo) {
  std::map<std::int64_t, double> npu;
  for (const std::int64_t size : kSizes) {
    const Priced p = conv3x3(size);
    npu[size] = p.pj_per_mac(p.energy_j[Part::npu]);
  }
  for (const std::int64_t size : {64, 128, 256}) EXPECT_GT(npu[size / 2], npu[size]) << size;
  constexpr double kNvdla = (45.0 / 32) / (135.0 / 256);
  EXPECT_LT(npu[32] / npu[256], kNvdla);
}

TEST(NpuEnergy, OfTheLargestIsTwentyFivePicojoulesACycleBesidesItsMacs) {
  const platforms::Energy energy = testing::platform("h4h-7nm").coefficients.energy;
  EXPECT_NEAR(energy.npu_cycle + 256 * energy.npu_lane_cycle, 25e-12, 0.5e-12);
}

TEST(NpuEnergy, EndsOfTheRangesLeaveTheLargestInThatSpread) {
  for (const bool high : {false, true}) {
    std::map<std::string, double> ends;
    for (const platforms::UncertainParameter& u :
         platforms::uncertain_parameters(testing::platform("h4h-7nm"))) {
      ends[u.key] = high ? u.high : u.low;
    }
    const double joules = ends.at("energy.npu_mac") + ends.at("energy.npu_cycle") / 256 +
                          ends.at("energy.npu_lane_cycle");
    EXPECT_GE(joules * 1e12, kDlaLow) << high;
    EXPECT_LE(joules * 1e12, kDlaHigh) << high;
  }
}

}  // namespace
}  // namespace h4h::sim
