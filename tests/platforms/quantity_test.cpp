#include "platforms/description/quantity.hpp"

#include <gtest/gtest.h>

#include "tests/support/files.hpp"

namespace h4h::platforms {
namespace {

constexpr std::int64_t kClock = 500'000'000;

std::int64_t integer(const std::string& text, Dimension dimension) {
  return parse_integer(text, dimension, kClock);
}

std::string error(const std::string& text, Dimension dimension) {
  return tests::message_of<QuantityError>([&] { integer(text, dimension); });
}

TEST(Quantity, ReadsUnitsWithAndWithoutSpace) {
  EXPECT_EQ(integer("2ms", Dimension::time), 2'000'000'000);
  EXPECT_EQ(integer("2 ms", Dimension::time), 2'000'000'000);
  EXPECT_EQ(integer("0.39 GB/s", Dimension::bandwidth), 390'000'000);
  EXPECT_EQ(integer("1e3 MHz", Dimension::frequency), 1'000'000'000);
  EXPECT_EQ(integer("10 Mib", Dimension::bits), 10 * 1024 * 1024);
  EXPECT_EQ(integer("2 KiB", Dimension::bytes), 2048);
  EXPECT_EQ(integer("2 kB", Dimension::bytes), 2000);
  EXPECT_EQ(integer("16", Dimension::count), 16);
}

TEST(Quantity, ListsTheUnitsOfADimension) {
  EXPECT_EQ(allowed_units(Dimension::latency), "cycles, ps, ns, us");
  EXPECT_EQ(allowed_units(Dimension::ratio), "%");
  EXPECT_EQ(unit_symbols(Dimension::ratio), (std::vector<std::string_view>{"", "%"}));
}

TEST(Quantity, IsWrittenInTheLargestUnitThatLeavesAWholeNumber) {
  EXPECT_EQ(quantity_text(0, Dimension::time), "0 ps");
  EXPECT_EQ(quantity_text(1, Dimension::time), "1 ps");
  EXPECT_EQ(quantity_text(1e12, Dimension::time), "1 s");
  EXPECT_EQ(quantity_text(1e7, Dimension::latency), "10 us");
  EXPECT_EQ(quantity_text(1.5e6, Dimension::frequency), "1500 kHz");
  EXPECT_EQ(quantity_text(1 << 30, Dimension::bytes), "1 GiB");
  EXPECT_EQ(quantity_text(1e-6, Dimension::energy), "1 uJ");
  EXPECT_EQ(quantity_text(1000, Dimension::power), "1000 W");
  EXPECT_EQ(quantity_text(0.001, Dimension::ratio), "0.001");
  EXPECT_EQ(quantity_text(1024, Dimension::count), "1024");
}

TEST(Quantity, CyclesAreOfTheNpuClockAndRoundUp) {
  EXPECT_EQ(integer("32 cycles", Dimension::latency), 64'000);
  EXPECT_EQ(parse_integer("1 cycles", Dimension::latency, 300'000'000), 3334);
  EXPECT_EQ(integer("64 ns", Dimension::latency), 64'000);
}

TEST(Quantity, BytesPerCycleAreOfTheNpuClockAndRoundDown) {
  EXPECT_EQ(integer("8 B/cycle", Dimension::bandwidth), 4'000'000'000);
  EXPECT_EQ(integer("0.125B/cycle", Dimension::bandwidth), 62'500'000);
  EXPECT_EQ(integer("6.1 B/cycle", Dimension::bandwidth), 3'050'000'000);
  EXPECT_EQ(parse_integer("6.1 B/cycle", Dimension::bandwidth, 333'333'333), 2'033'333'331);
  EXPECT_EQ(parse_integer("1000 B/cycle", Dimension::bandwidth, 10'000'000'000),
            10'000'000'000'000);
}

TEST(Quantity, TellsWhatFollowsTheClock) {
  const auto bandwidth = std::get<PerClock>(parse_whole("6.1 B/cycle", Dimension::bandwidth));
  EXPECT_EQ(number_of(bandwidth, Dimension::bandwidth), 6.1);
  EXPECT_EQ(at_clock(bandwidth, Dimension::bandwidth, 500'000'000), 3'050'000'000);
  EXPECT_EQ(clock_unit(Dimension::bandwidth), "B/cycle");
  const auto latency = std::get<PerClock>(parse_whole("32 cycles", Dimension::latency));
  EXPECT_EQ(number_of(latency, Dimension::latency), 32);
  EXPECT_EQ(at_clock(latency, Dimension::latency, 500'000'000), 64'000);
  EXPECT_EQ(clock_unit(Dimension::latency), "cycles");
  EXPECT_EQ(std::get<std::int64_t>(parse_whole("8 GB/s", Dimension::bandwidth)), 8'000'000'000);
  EXPECT_EQ(std::get<std::int64_t>(parse_whole("64 ns", Dimension::latency)), 64'000);
}

TEST(Quantity, RefusesBytesPerCycleOfOtherDimensionsAndBeyondReason) {
  EXPECT_NE(error("8 B/cycle", Dimension::latency).find("wrong unit 'B/cycle'"), std::string::npos);
  EXPECT_NE(error("8 cycles", Dimension::bandwidth).find("wrong unit 'cycles'"), std::string::npos);
  EXPECT_NE(error("8 B/cycles", Dimension::bandwidth).find("unknown unit 'B/cycles'"),
            std::string::npos);
  EXPECT_EQ(error("-8 B/cycle", Dimension::bandwidth), "'-8' must not be negative");
  EXPECT_NE(error("1e7 B/cycle", Dimension::bandwidth).find("too large"), std::string::npos);
  EXPECT_NE(error("1e-10 B/cycle", Dimension::bandwidth).find("has more than 9 decimals"),
            std::string::npos);
  EXPECT_NE(error("1.5 cycles", Dimension::latency).find("not a whole number"), std::string::npos);
}

TEST(Quantity, RealsKeepTheirDigits) {
  EXPECT_DOUBLE_EQ(parse_real("0.20 pJ", Dimension::energy), 0.2e-12);
  EXPECT_DOUBLE_EQ(parse_real("5 mW", Dimension::power), 5e-3);
  EXPECT_DOUBLE_EQ(parse_real("0.1 %", Dimension::ratio), 1e-3);
}

TEST(Quantity, NamesWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(error("8", Dimension::time), "'8' has no unit; allowed: ps, ns, us, ms, s");
  EXPECT_EQ(error("9 GB", Dimension::time),
            "'9 GB' is not a time: wrong unit 'GB'; allowed: ps, ns, us, ms, s");
  EXPECT_EQ(error("9 parsec", Dimension::time),
            "'9 parsec' is not a time: unknown unit 'parsec'; allowed: ps, ns, us, ms, s");
  EXPECT_EQ(error("8 macros", Dimension::count), "'8 macros' must be a plain integer");
  EXPECT_EQ(error("-3 ns", Dimension::time), "'-3' must not be negative");
  EXPECT_EQ(error("nan", Dimension::time), "'nan' is not a number");
  EXPECT_EQ(error("inf ns", Dimension::time), "'inf ns' is not a number");
  EXPECT_EQ(error("", Dimension::time), "'' is not a number");
  EXPECT_EQ(error("1.5", Dimension::count), "'1.5' is not a whole number");
  EXPECT_EQ(error("1.5 ps", Dimension::time),
            "'1.5 ps' is 1.5 ps, not a whole number of ps; allowed: 2 ps");
  EXPECT_EQ(error("1.2 MiB", Dimension::bytes),
            "'1.2 MiB' is 1258291.2 B, not a whole number of B; allowed: 1258291 B");
  EXPECT_EQ(error("4-8 GB/s", Dimension::bandwidth), "'4-8' is not a number");
  EXPECT_NE(error("99999999999999 GiB", Dimension::bytes).find("too large"), std::string::npos);
  EXPECT_NE(error("1e25 Hz", Dimension::frequency).find("too large"), std::string::npos);
  EXPECT_NE(error("1e99 Hz", Dimension::frequency).find("exponent"), std::string::npos);
  EXPECT_NE(error("1.2.3 Hz", Dimension::frequency).find("not a number"), std::string::npos);
  EXPECT_NE(error("12abc", Dimension::count).find("plain integer"), std::string::npos);
}

}  // namespace
}  // namespace h4h::platforms
