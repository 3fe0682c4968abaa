#pragma once

#include <optional>

#include "sim/costs/job_results.hpp"
#include "sim/sweep/sweep.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/network_list.hpp"
#include "tools/h4h/sampling_options.hpp"
#include "tools/h4h/variants.hpp"

namespace h4h::tools {

// Networks on every variant of a platform.
struct SweepTask {
  NetworkList networks;
  platforms::Platform platform;
  Variants variants;
  MappingOptions mapping;
  std::optional<Sampling> sampling;

  // Throws what platforms::with() throws of a value that is not allowed.
  platforms::Platform variant(std::size_t i) const {
    return platforms::with(platform, variants.changes.at(i));
  }
};

// Before anything is simulated: throws UsageError where nothing varies or a mapping file is for
// several networks; for variants that are not allowed, and for a mapping file that fits none.
void check_sweep(const SweepTask& task);

// What `h4h sweep` writes. Shows progress on a terminal. Throws sim::JobFailed.
sim::SweepResult run_sweep(const SweepTask& task, sim::JobResults& results);

}  // namespace h4h::tools
