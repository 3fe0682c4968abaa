#include "models/energy/energy.hpp"

#include <gtest/gtest.h>

namespace h4h::models {
namespace {

platforms::Coefficients coefficients() {
  platforms::Coefficients c;
  c.energy = {1e-12, 2e-12, 3e-12, 4e-12,  5e-12,  6e-12,
              7e-12, 8e-12, 9e-12, 10e-12, 11e-12, 12e-12};
  c.leakage = {5e-3, 0.5e-3};
  return c;
}

platforms::Coefficients with(const platforms::Area& area) {
  platforms::Coefficients all;
  all.area = area;
  return all;
}

TEST(Pricing, EveryEventAddsItsCoefficientToOnePart) {
  for (const Event event : kEvents) {
    Counts counts;
    counts[event] = 1000;
    const Energy energy = energy_of(counts, {}, 0, coefficients());
    EXPECT_GT(joules_per(event, coefficients().energy), 0);
    EXPECT_DOUBLE_EQ(energy[part_of(event)], 1000 * joules_per(event, coefficients().energy));
    EXPECT_DOUBLE_EQ(energy.total(), energy[part_of(event)]);
  }
}

TEST(Pricing, NoCountsLeaveLeakageAlone) {
  const Energy energy = energy_of({}, {1'000'000'000}, 4, coefficients());  // 1 ms
  EXPECT_DOUBLE_EQ(energy.total(), energy[Part::leakage]);
  EXPECT_DOUBLE_EQ(energy[Part::leakage], (5e-3 + 4 * 0.5e-3) * 1e-3);
}

TEST(Pricing, IsAdditive) {
  Counts a, b, both;
  a[Event::npu_mac] = 7;
  b[Event::noc_byte] = 11;
  both += a;
  both += b;
  Energy sum = energy_of(a, {100}, 1, coefficients());
  sum += energy_of(b, {300}, 1, coefficients());
  EXPECT_DOUBLE_EQ(sum.total(), energy_of(both, {400}, 1, coefficients()).total());
}

TEST(Area, AUnitAddsFourteenPercentOfAMacro) {
  platforms::Cim cim;
  cim.macros = 1;
  cim.compute_units = 1;
  platforms::Area a;
  a.cim_memory = 0.9;
  a.cim_unit = 0.15;
  const double one = *area({platforms::Npu{}, cim}, with(a)).cim;
  cim.compute_units = 2;
  EXPECT_NEAR((*area({platforms::Npu{}, cim}, with(a)).cim - one) / one, 0.15 / 1.05, 1e-12);
  EXPECT_NEAR(one, 1.05, 1e-12);
}

TEST(Pricing, APoweredMacroLeaksWithItsOperandBuffer) {
  platforms::Coefficients c = coefficients();
  c.leakage.cim_operand_byte = 1e-9;
  c.leakage.cim_operand_bytes = 65'536;
  const Energy energy = energy_of({}, {1'000'000'000}, 4, c);  // 1 ms
  EXPECT_DOUBLE_EQ(energy[Part::leakage], (5e-3 + 4 * (0.5e-3 + 65.536e-6)) * 1e-3);
  EXPECT_DOUBLE_EQ(energy.total(), energy[Part::leakage]);
  EXPECT_DOUBLE_EQ(energy_of({}, {1'000'000'000}, 0, c).total(), 5e-6) << "gated, it leaks nothing";
}

TEST(Area, AnOperandBufferAddsItsBytesToEveryMacro) {
  platforms::Cim cim;
  cim.macros = 8;
  cim.compute_units = 1;
  platforms::Area a;
  a.npu = a.sram = a.noc = a.weights = 0.0;
  a.cim_memory = 0.9;
  a.cim_unit = 0.15;
  a.cim_operand_byte = 0.5e-6;
  const double without = *area({platforms::Npu{}, cim}, with(a)).total();
  cim.operand_buffer_bytes = 65'536;
  EXPECT_NEAR(*area({platforms::Npu{}, cim}, with(a)).total() - without, 8 * 65'536 * 0.5e-6,
              1e-12);
  EXPECT_DOUBLE_EQ(*area({platforms::Npu{}, cim}, with(a)).total(),
                   *area({platforms::Npu{}, cim}, with(a)).cim)
      << "the total is the sum of parts";
}

TEST(Area, HasNoTotalWhereAPartGivesNone) {
  platforms::Area a;
  EXPECT_FALSE(area({}, with(a)).total());
  a.npu = a.sram = a.noc = a.weights = 0.1;
  EXPECT_DOUBLE_EQ(*area({}, with(a)).total(), 0.4);
}

TEST(Area, OfAListedDeviceHasCoefficientsOfItsOwn) {
  platforms::Cim cim;
  cim.macros = 2;
  platforms::Coefficients c;
  c.area.npu = c.area.sram = c.area.noc = c.area.weights = 0.0;
  c.area.cim_memory = 1;
  c.more.resize(2);
  c.more[0].area.cim_memory = 3;
  const AreaReport report = area({platforms::Npu{}, cim, cim, platforms::Npu{}}, c);
  EXPECT_EQ(report.cim, 2.0);
  EXPECT_EQ(report.listed, (std::vector<std::optional<double>>{6.0, std::nullopt}));
  EXPECT_EQ(report.macros, 8.0);
  EXPECT_FALSE(report.total()) << "the second NPU gives none";
  c.more[1].area.npu = 0.5;
  EXPECT_EQ(area({platforms::Npu{}, cim, cim, platforms::Npu{}}, c).total(), 8.5);
}

TEST(Clock, RoundsUpBothWaysAndComesBack) {
  const Clock odd(300'000'000);
  EXPECT_EQ(odd.time(1), (Picoseconds{3334}));
  EXPECT_EQ(odd.time(3), (Picoseconds{10'000}));
  for (std::int64_t cycles = 0; cycles < 1000; ++cycles) {
    EXPECT_GE(odd.cycles(odd.time(cycles)), cycles);
    EXPECT_LE(odd.cycles(odd.time(cycles)), cycles + 1);
    EXPECT_EQ(Clock(500'000'000).cycles(Clock(500'000'000).time(cycles)), cycles);
  }
}

}  // namespace
}  // namespace h4h::models
