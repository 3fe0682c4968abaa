#pragma once

#include <stdexcept>

#include "sim/costs/job_results.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/report/report.hpp"
#include "sim/uncertainty/uncertainty.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/sampling_options.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::tools {

// A network that does not run on a platform, or not within a limit; the message says why.
class InfeasibleRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct MappedRun {
  sim::Mapping mapping;
  sim::Report report;
};

// What `h4h simulate` reports of a network. Throws InfeasibleRun, sim::MappingFileError,
// sim::JobFailed.
MappedRun run_mapped(const MappingOptions& options, const platforms::Platform& platform,
                     const workloads::Network& network, sim::LayerCosts& costs);

// The same network with the same options, over the ranges of the uncertain parameters.
sim::Uncertainty run_over_ranges(const Sampling& sampling, const platforms::Platform& platform,
                                 const workloads::Network& network, const MappingOptions& mapping,
                                 sim::JobResults& results);

}  // namespace h4h::tools
