#pragma once

#include <systemc>

#include "models/time/picoseconds.hpp"

namespace h4h::models {

// The kernel's resolution is its default, one picosecond.
inline sc_core::sc_time to_sc_time(Picoseconds t) {
  return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(t.count));
}
inline Picoseconds to_picoseconds(const sc_core::sc_time& t) {
  return {static_cast<std::int64_t>(t.value())};
}
inline Picoseconds now() { return to_picoseconds(sc_core::sc_time_stamp()); }

// A wait of no time would still cost a delta cycle.
inline void wait_for(Picoseconds t) {
  if (t > Picoseconds{}) sc_core::wait(to_sc_time(t));
}

}  // namespace h4h::models
