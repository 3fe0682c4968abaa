#pragma once

#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/mapping/effort.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What a mapping keeps switched on.
struct ActiveCim {
  std::int64_t macros = 0, units = 0;
};

// What `auto` tries: nothing, then all macros and units, and fewer of either.
std::vector<ActiveCim> active_cim_choices(const platforms::Cim& cim, Effort effort = Effort::quick);

// Output channels that a device may take of a layer, in multiples of its unit of split, from
// nothing to all. Only nothing where it cannot run the layer.
std::vector<std::int64_t> channel_choices(const models::Device& device,
                                          const workloads::LayerShape& layer,
                                          Effort effort = Effort::quick);

std::vector<workloads::LayerShape> layer_shapes(const workloads::Network& network);

// Jobs that give macros nothing are one job, however many macros the mapping powers.
Split split_of(const workloads::LayerShape& layer, std::int64_t cim_channels, std::int64_t macros,
               std::int64_t units);

// Words that a share takes of the macros: what the fullest one holds of it, on each. Whichever
// layers share the macros, each of them then has room for its part of every one.
std::int64_t words_of(const platforms::Cim& cim, const workloads::LayerShape& layer,
                      std::int64_t channels, std::int64_t macros);
std::int64_t capacity_words(const platforms::Cim& cim, std::int64_t macros);

}  // namespace h4h::sim
