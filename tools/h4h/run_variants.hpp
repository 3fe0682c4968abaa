#pragma once

#include <functional>
#include <vector>

#include "sim/costs/job_results.hpp"
#include "sim/variants/variant_point.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::tools {

struct VariantRun {
  std::size_t count = 0;
  std::function<platforms::Platform(std::size_t)> platform;  // of a variant
  const std::vector<workloads::Network>& networks;
  // A variant that its file does not fit does not run.
  const MappingOptions& mapping;
  std::string what = "variants";  // of progress messages
};

// Networks within variants, in order. Workers, where `results` has some, are given the layers of
// variants to come; what is new is stored after each variant. Shows progress on a terminal.
std::vector<sim::VariantPoint> run_variants(const VariantRun& run, sim::JobResults& results);

// Those of one of `networks` networks.
std::vector<sim::VariantPoint> of_network(const std::vector<sim::VariantPoint>& points,
                                          std::size_t network, std::size_t networks);

}  // namespace h4h::tools
