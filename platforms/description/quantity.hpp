#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
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

class QuantityError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string_view to_string(Dimension dimension);
// The units a number may carry; "" where it may stand alone.
std::vector<std::string_view> unit_symbols(Dimension dimension);
std::string allowed_units(Dimension dimension);  // "ps, ns, us, ms, s"

// "2ms", "2 ms", "0.39 GB/s". Throws QuantityError: no number, no unit, a unit of another
// dimension (the allowed ones named), negative, too large, or finer than the base unit.
// What is given in cycles is resolved with `clock_hz`: "32 cycles" rounds up to whole picoseconds,
// "6.1 B/cycle" down to whole bytes a second.
std::int64_t parse_integer(std::string_view text, Dimension dimension, std::int64_t clock_hz);
double parse_real(std::string_view text, Dimension dimension);

// A number in cycles of the NPU clock or in bytes per cycle: what it stands for follows the clock.
struct PerClock {
  double number = 0;
  std::string_view unit;  // "cycles" or "B/cycle"
};
// nullopt for a text in absolute units. Throws what parse_integer throws of its syntax.
std::optional<PerClock> parse_per_clock(std::string_view text, Dimension dimension);

}  // namespace h4h::platforms
