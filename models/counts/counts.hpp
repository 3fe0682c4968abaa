#pragma once

#include <array>
#include <cstdint>

#include "base/enum_values.hpp"

namespace h4h::models {

// What hardware parts count, over all of their kind. Energy is computed from these and from time,
// afterwards (models/energy).
enum class Event {
  npu_mac,
  npu_cycle,       // cycles in which the MAC array or the output stage works
  npu_lane_cycle,  // the same, times the MAC lanes of the array
  sram_byte,       // read or written
  noc_byte,
  weight_byte,    // read from the weight memory
  external_byte,  // read from or written to the external memory
  cim_read_bit,   // read from the words of the macros
  cim_mac,
  cim_conversion,    // sums of a step, converted where macros compute in analog
  cim_softmax,       // scores through the softmax of the macros
  cim_operand_byte,  // read from the input buffers of the macros or written to their output buffers
  // Dynamic energy that a measured table gives. No part counts it: it takes the place of the events
  // of a measured layer (sim/costs/measured.hpp), and costs 1e-15 J each on every platform.
  measured_femtojoule,
};
inline constexpr auto& kEvents = kEnumValues<Event>;

class Counts {
 public:
  std::int64_t& operator[](Event event) { return values_.at(static_cast<std::size_t>(event)); }
  std::int64_t operator[](Event event) const { return values_.at(static_cast<std::size_t>(event)); }

  Counts& operator+=(const Counts& other) {
    for (const Event event : kEvents) (*this)[event] += other[event];
    return *this;
  }
  Counts& operator-=(const Counts& other) {
    for (const Event event : kEvents) (*this)[event] -= other[event];
    return *this;
  }
  friend bool operator==(const Counts& a, const Counts& b) { return a.values_ == b.values_; }
  friend bool operator!=(const Counts& a, const Counts& b) { return !(a == b); }

 private:
  std::array<std::int64_t, kEvents.size()> values_{};
};

}  // namespace h4h::models
