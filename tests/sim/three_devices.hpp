#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "platforms/description/loader.hpp"
#include "sim/session/session.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim::testing {

// h4h-7nm with a second group of macros, of a slower step and smaller buffers. `slow_macro_bits`:
// the size of a macro of the second group; 0: as those of the first.
inline platforms::Platform platform_with_slow_macros(std::vector<std::string> sets = {},
                                                     std::int64_t slow_macro_bits = 0) {
  if (slow_macro_bits > 0)
    sets.push_back(fmt::format("slow_cim.macro_size={} bit", slow_macro_bits));
  return platforms::parse_platform(
      "name: three\nextends: h4h-7nm.yaml\ndevices:\n  slow_cim: {type: cim, like: cim, macros: 2, "
      "step: 27 ns, stream_buffer: 4 KiB}\n",
      "three.yaml", sets);
}

// A chip of an NPU and two groups of macros.
struct ThreeDevices {
  explicit ThreeDevices(const std::vector<std::string>& sets = {}, std::int64_t slow_macro_bits = 0)
      : chip(platform_with_slow_macros(sets, slow_macro_bits)),
        hardware(chip.hardware),
        devices(models::make_devices(hardware)) {}

  JobResult run(const LayerJob& job, models::Timeline& timeline) const {
    return Session(hardware).run({job}, &timeline).front();
  }
  JobResult run(const LayerJob& job) const { return Session(hardware).run(job); }

  platforms::Platform chip;
  platforms::Hardware hardware;
  models::Devices devices;
};

}  // namespace h4h::sim::testing
