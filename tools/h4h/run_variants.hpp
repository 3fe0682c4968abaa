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
  const std::vector<workloads::Network>& networks;
  sim::MappingWanted wanted;
  std::string what = "variants";  // for people who wait
};

// Networks within variants, in order. Workers, where `results` has some, are given the layers of
// variants to come; what is new is stored after each variant. Says on a terminal how far it is.
std::vector<sim::VariantPoint> run_variants(const VariantRun& run, sim::JobResults& results);

// Those of one of `networks` networks.
std::vector<sim::VariantPoint> of_network(const std::vector<sim::VariantPoint>& points,
                                          std::size_t network, std::size_t networks);

}  // namespace h4h::tools
