#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace h4h::platforms {

// What a number with a unit measures. Integers are held in the base unit named here.
enum class Dimension {
  count,      // no unit
  frequency,  // Hz
  time,       // ps
  latency,    // ps; may also be given in cycles of the NPU clock
  bandwidth,  // B/s; GB is 10^9, GiB 2^30; may also be given in bytes per cycle of the NPU clock
  bytes,      // B
  bits,       // bit
  energy,     // J, real
  power,      // W, real
  area,       // mm2, real
  ratio,      // 1, real; may be given in %
};

// What is wrong with a number or its unit; the callers add file and line, or the option.
class QuantityError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string_view to_string(Dimension dimension);
// The units a number may carry; "" where it may stand alone.
std::vector<std::string_view> unit_symbols(Dimension dimension);
std::string allowed_units(Dimension dimension);  // "ps, ns, us, ms, s"
// A value in base units, in the largest unit that leaves a whole number: 1e6 Hz is "1 MHz".
std::string quantity_text(double value, Dimension dimension);

// A number whose worth follows the clock of the NPU: of a latency whole cycles, of a bandwidth
// billionths of a byte per cycle.
struct PerClock {
  std::int64_t parts = 0;
};
inline constexpr std::int64_t kMostCycles = 1'000'000'000;

inline bool operator==(PerClock a, PerClock b) { return a.parts == b.parts; }

std::string_view clock_unit(Dimension dimension);  // "cycles" or "B/cycle"
// In that unit.
double number_of(PerClock number, Dimension dimension);
// In the base unit: cycles round up to whole picoseconds, bytes per cycle down to whole bytes a
// second. 0 without a clock.
std::int64_t at_clock(PerClock number, Dimension dimension, std::int64_t clock_hz);  // of the NPU

// "2ms", "2 ms", "0.39 GB/s", "32 cycles", "6.1 B/cycle". Throws QuantityError: no number, no unit,
// a unit of another dimension (the allowed ones named), negative, too large, or finer than the base
// unit.
std::variant<std::int64_t, PerClock> parse_whole(std::string_view text, Dimension dimension);
// The same, in the base unit at a clock.
std::int64_t parse_integer(std::string_view text, Dimension dimension, std::int64_t clock_hz);
// For dimensions that are real. Finite, 0 or more; throws QuantityError likewise.
double parse_real(std::string_view text, Dimension dimension);

}  // namespace h4h::platforms
