#include "models/energy/duty_cycle.hpp"

#include <gtest/gtest.h>

namespace h4h::models {
namespace {

platforms::Platform chip() {
  platforms::Platform p;
  p.hardware.noc.bandwidth = 4'000'000'000;
  p.hardware.external.bandwidth = 1'000'000'000;
  p.hardware.external.latency_ps = 1'000'000;  // 1 us
  p.coefficients.energy.external_byte = 100e-12;
  p.coefficients.energy.noc_byte = 1e-12;
  p.coefficients.energy.cim_write_byte = 2e-12;
  p.coefficients.leakage = {5e-3, 1e-3};
  p.coefficients.sleep = {0.5e-3, 0.1e-3, 10e-6, 1'000'000'000};
  return p;
}

// 10 ms, 1 mJ, two macros.
ActivePart active() { return {{10'000'000'000}, 1e-3, 2, 0, 0}; }
// The macros hold a megabyte in a megabyte and a half of words, and lose it.
ActivePart volatile_macros() { return {{10'000'000'000}, 1e-3, 2, 1'000'000, 1'500'000}; }

TEST(DutyCycle, WhatDoesNotRunSleeps) {
  const DutyCycle d = duty_cycle(chip(), active(), 10);
  EXPECT_DOUBLE_EQ(d.active_s, 10e-3);
  EXPECT_DOUBLE_EQ(d.wake_up_s, 1e-3);
  EXPECT_DOUBLE_EQ(d.asleep_s, 89e-3);
  EXPECT_DOUBLE_EQ(d.asleep_j, 0.6e-3 * 89e-3);
  EXPECT_DOUBLE_EQ(d.reload_j, 0) << "macros keep their weights";
  EXPECT_DOUBLE_EQ(d.average_w(), 10 * (1e-3 + 10e-6 + 0.6e-3 * 89e-3));
}

TEST(DutyCycle, VolatileMacrosReadTheirWeightsOnceAndWriteEveryWord) {
  const DutyCycle d = duty_cycle(chip(), volatile_macros(), 10);
  const double seconds = 1e-6 + 1e6 / 1e9;  // the external memory is the slower
  EXPECT_DOUBLE_EQ(d.reload_s, seconds);
  EXPECT_DOUBLE_EQ(d.reload_j, 1e6 * 101e-12 + 1.5e6 * 2e-12 + (5e-3 + 2 * 1e-3) * seconds);
  EXPECT_DOUBLE_EQ(d.asleep_s, 0.1 - 10e-3 - 1e-3 - seconds);
}

TEST(DutyCycle, OperandBuffersLeakWhileWeightsComeBack) {
  platforms::Platform p = chip();
  const DutyCycle without = duty_cycle(p, volatile_macros(), 10);
  p.coefficients.leakage.cim_operand_byte = 1e-9;
  p.coefficients.leakage.cim_operand_bytes = 65'536;
  EXPECT_NEAR(duty_cycle(p, volatile_macros(), 10).reload_j - without.reload_j,
              2 * 65.536e-6 * without.reload_s, 1e-18);
}

TEST(DutyCycle, APeriodThatIsTooShortHasNone) {
  EXPECT_TRUE(duty_cycle(chip(), active(), 90).fits());
  EXPECT_FALSE(duty_cycle(chip(), active(), 91).fits()) << "11 ms do not go into it";
}

}  // namespace
}  // namespace h4h::models
