#pragma once

#include <string>

#include "sim/costs/job_results.hpp"
#include "sim/uncertainty/format_comparison.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/network_list.hpp"
#include "tools/h4h/sampling_options.hpp"

namespace h4h::tools {

// Two platforms on the same networks.
struct CompareTask {
  struct Chip {
    std::string file;  // what messages call it
    platforms::Platform platform;
  };

  Chip first, second;
  NetworkList networks;
  MappingOptions mapping;
  Sampling sampling;
};

// What results call the first of two chips: two variants of one file differ in their settings, and
// two files may share a name.
std::string title(const CompareTask::Chip& chip, const CompareTask::Chip& other);

// Before anything takes long: throws InfeasibleRun for a network that does not run on one of the
// platforms. Where the NPU can, so can a mapping.
void check_compare(const CompareTask& task);

// What `h4h compare` writes. Shows progress on a terminal. Throws InfeasibleRun, sim::JobFailed.
sim::ComparisonResult run_compare(const CompareTask& task, sim::JobResults& results);

}  // namespace h4h::tools
