#pragma once

#include <functional>
#include <vector>

#include "sim/costs/job_results.hpp"
#include "sim/variants/variant_point.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::tools {

struct VariantRun {
  std::size_t count = 0;
  std::function<platforms::Platform(std::size_t)> platform;  // of a variant
  sim::VariantNetworks networks;
  std::string what = "variants";  // of progress messages
};

// Networks within variants, in order. Workers, where `results` has some, each work on a network of
// a variant at a time; what is new is stored after each. Shows progress on a terminal. Throws
// sim::JobFailed, of several the first.
std::vector<sim::VariantPoint> run_variants(const VariantRun& run, sim::JobResults& results);

// Those of one of `networks` networks.
std::vector<sim::VariantPoint> of_network(const std::vector<sim::VariantPoint>& points,
                                          std::size_t network, std::size_t networks);

}  // namespace h4h::tools
