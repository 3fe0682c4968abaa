#pragma once

#include <string>
#include <vector>

#include "sim/session/session.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim::testing {

// A chip of an NPU and two groups of macros, the second with a slower step and smaller buffers.
struct ThreeDevices {
  // `slow_macro_bits`: the size of a macro of the second group; 0: as those of the first.
  explicit ThreeDevices(const std::vector<std::string>& sets = {}, std::int64_t slow_macro_bits = 0)
      : chip(platform("h4h-7nm", sets)),
        hardware(chip.hardware),
        devices(models::make_devices(hardware)) {
    platforms::Cim slow = hardware.cim;
    slow.macros = 2;
    slow.step_ps *= 3;
    slow.stream_buffer_bytes /= 2;
    if (slow_macro_bits > 0) slow.macro_size_bits = slow_macro_bits;
    devices.push_back(models::make_device("slow_cim", slow, hardware));
  }

  JobResult run(const LayerJob& job, models::Timeline& timeline) const {
    return Session(hardware, devices).run({job}, &timeline).front();
  }
  JobResult run(const LayerJob& job) const { return Session(hardware, devices).run(job); }

  platforms::Platform chip;
  platforms::Hardware hardware;
  models::Devices devices;
};

}  // namespace h4h::sim::testing
