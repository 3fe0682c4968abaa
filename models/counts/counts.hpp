#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/enum_values.hpp"
#include "platforms/description/device.hpp"

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

// Whether it is one of a device by itself. All others are of what devices share: the NoC and the
// memories, whoever counts them.
constexpr bool is_of_device(Event event) {
  return event != Event::sram_byte && event != Event::noc_byte && event != Event::weight_byte &&
         event != Event::external_byte && event != Event::measured_femtojoule;
}

// Events of what devices share, of the NPU and of the macros that every chip has; beside them those
// of each listed device (platforms::Hardware::more), whose events cost something else.
class Counts {
  using Values = std::array<std::int64_t, kEnumValues<Event>.size()>;

 public:
  std::int64_t& operator[](Event event) { return values_.at(static_cast<std::size_t>(event)); }
  std::int64_t operator[](Event event) const { return values_.at(static_cast<std::size_t>(event)); }

  // Of listed devices, that it has counts of: the others count nothing.
  std::size_t listed() const { return more_.size(); }
  std::int64_t of_listed(std::size_t device, Event event) const {
    return device < more_.size() ? more_[device][index(event)] : 0;
  }
  void set_listed(std::size_t device, Event event, std::int64_t count) {
    if (device >= more_.size()) more_.resize(device + 1);
    more_[device][index(event)] = count;
  }
  // What device `id` counted by itself, in `own`.
  void add_of(platforms::DeviceId id, const Counts& own) {
    if (id < platforms::kFirstOfList) {
      *this += own;
      return;
    }
    const std::size_t device = id - platforms::kFirstOfList;
    if (device >= more_.size()) more_.resize(device + 1);
    for (const Event event : kEvents) {
      (is_of_device(event) ? more_[device][index(event)] : (*this)[event]) += own[event];
    }
  }

  Counts& operator+=(const Counts& other) { return add(other, 1); }
  Counts& operator-=(const Counts& other) { return add(other, -1); }
  friend bool operator==(const Counts& a, const Counts& b) {
    for (std::size_t i = 0; i < std::max(a.listed(), b.listed()); ++i) {
      for (const Event event : kEvents) {
        if (a.of_listed(i, event) != b.of_listed(i, event)) return false;
      }
    }
    return a.values_ == b.values_;
  }
  friend bool operator!=(const Counts& a, const Counts& b) { return !(a == b); }

 private:
  static std::size_t index(Event event) { return static_cast<std::size_t>(event); }
  Counts& add(const Counts& other, std::int64_t times) {
    for (const Event event : kEvents) (*this)[event] += times * other[event];
    if (more_.size() < other.more_.size()) more_.resize(other.more_.size());
    for (std::size_t i = 0; i < other.more_.size(); ++i) {
      for (const Event event : kEvents) {
        more_[i][index(event)] += times * other.more_[i][index(event)];
      }
    }
    return *this;
  }

  Values values_{};
  std::vector<Values> more_;  // in the order of the list
};

}  // namespace h4h::models
