#pragma once

#include <map>
#include <vector>

#include "models/device/devices.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/mapping/active_macros.hpp"
#include "sim/mapping/effort.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// All macros and units that there are.
ActiveDevices all_macros(const models::Devices& devices);

// What `auto` tries of `most`: nothing, then all macros and units, and fewer of either; of several
// devices of macros every combination. `devices`: how many the chip has.
std::vector<ActiveDevices> active_choices(const ActiveDevices& most, std::size_t devices,
                                          Effort effort = Effort::quick);

// Output channels that a device may take of a layer, in multiples of its unit of split, from
// nothing to all. Only nothing where it cannot run the layer.
std::vector<std::int64_t> channel_choices(const models::Device& device,
                                          const workloads::LayerShape& layer,
                                          Effort effort = Effort::quick);

std::vector<workloads::LayerShape> layer_shapes(const workloads::Network& network);

// For each layer, the first one that reads the same weights: mostly itself.
std::vector<std::size_t> weight_layers(const workloads::Network& network);

// `channels` by DeviceId. Jobs that give macros nothing are one job, however many macros the
// mapping powers.
Split split_of(const std::vector<std::int64_t>& channels, const ActiveDevices& active);
// All on the NPU.
Split on_npu(const models::Devices& devices, const workloads::LayerShape& layer);

// Words that a device's share of a layer takes of its macros: see Device::words_taken.
std::int64_t words_of(const models::Device& device, const workloads::LayerShape& layer,
                      const Share& share);
// Words that a device's macros hold, layer by layer. Shares of layers with the same weights are
// within each other, so that the largest holds the words of all.
class HeldWords {
 public:
  explicit HeldWords(const workloads::Network& network) : weights_(weight_layers(network)) {}

  // What `words` of a layer's share add to those of the layers before.
  std::int64_t add(std::size_t layer, std::int64_t words);

 private:
  std::vector<std::size_t> weights_;
  std::map<std::size_t, std::int64_t> largest_;
};

// Words that `macros` macros of a device hold; more than any network has where the platform ignores
// their capacity.
std::int64_t capacity_words(const models::Device& device, std::int64_t macros);

}  // namespace h4h::sim
