#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/description/loader.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "tests/support/files.hpp"
#include "tests/support/layer_shapes.hpp"

namespace h4h::sim::testing {

inline platforms::Platform platform(const std::string& name,
                                    const std::vector<std::string>& sets = {}) {
  return platforms::load_platform(tests::source_dir() / "platforms" / (name + ".yaml"), sets);
}
inline std::vector<std::string> shipped_platforms() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(tests::source_dir() / "platforms")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Those whose times are all the model's, by their names: every program of tests asks for them when
// it starts, and to load them all takes half a second.
inline std::vector<std::string> modelled_platforms() {
  const std::string_view measured = "-measured";
  std::vector<std::string> names;
  for (const std::string& name : shipped_platforms()) {
    const bool ends_so =
        name.size() > measured.size() && name.substr(name.size() - measured.size()) == measured;
    if (!ends_so) names.push_back(name);
  }
  return names;
}

using tests::conv;
using tests::depthwise;
using tests::linear;
using tests::shaped;

inline LayerJob on_npu(const workloads::LayerShape& layer) {
  return {layer, split_between(layer.output.channels, 0, 0, 0), {}};
}
inline LayerJob on_cim(const workloads::LayerShape& layer, std::int64_t macros,
                       std::int64_t units) {
  return {layer, split_between(0, layer.output.channels, macros, units), {}};
}
inline LayerJob split(const workloads::LayerShape& layer, std::int64_t cim_channels,
                      std::int64_t macros, std::int64_t units) {
  return {
      layer, split_between(layer.output.channels - cim_channels, cim_channels, macros, units), {}};
}

// Of each layer in file order, on an SRAM that spills tensors that do not fit.
inline std::vector<LayerContext> layer_contexts(const platforms::Sram& sram,
                                                const workloads::Network& network) {
  std::vector<LayerContext> contexts;
  for (PlacedStripe& layer : placed_stripes(sram, network, {}, Spill::tensors)) {
    contexts.push_back(std::move(layer.context));
  }
  return contexts;
}

inline Mapping mapped(LayerCosts& costs, const platforms::Platform& p, const workloads::Network& n,
                      Strategy strategy, Objective objective = Objective::latency) {
  return std::get<Mapping>(map_network(costs, p, n, strategy, objective));
}

}  // namespace h4h::sim::testing
