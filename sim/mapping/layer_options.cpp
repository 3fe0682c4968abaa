#include "sim/mapping/layer_options.hpp"

#include "models/energy/energy.hpp"

namespace h4h::sim {
namespace {

// The splits, each with every share that the device may take of what the NPU has in it.
std::vector<Split> with_shares_of(DeviceId id, const models::Device& device,
                                  const workloads::LayerShape& layer, const ActiveMacros& active,
                                  const std::vector<std::int64_t>& choices,
                                  const std::vector<Split>& splits) {
  std::vector<Share> shares;
  for (const std::int64_t channels : choices) {
    if (channels > 0 && device.macro_group() && active.macros == 0) break;
    const Share share = channels == 0 ? Share{} : Share{channels, active.macros, active.units};
    if (words_of(device, layer, share) > capacity_words(device, active.macros)) continue;
    shares.push_back(share);
  }
  std::vector<Split> all;
  for (const Split& split : splits) {
    for (const Share& share : shares) {
      if (share.channels > split.channels(platforms::kNpu)) break;
      all.push_back(split);
      all.back().shares[platforms::kNpu].channels -= share.channels;
      all.back().shares[id] = share;
    }
  }
  return all;
}

}  // namespace

std::vector<Split> layer_splits(const models::Devices& devices, const workloads::LayerShape& layer,
                                const ActiveDevices& active, Effort effort) {
  std::vector<Split> splits{on_npu(devices, layer)};
  for (DeviceId id = platforms::kCim; id < devices.size(); ++id) {
    const models::Device& device = *devices[id];
    splits = with_shares_of(id, device, layer, active.of(id),
                            channel_choices(device, layer, effort), splits);
  }
  return splits;
}

TwoCosts costs_of(const JobResult& result, const ActiveDevices& active,
                  const platforms::Coefficients& coefficients) {
  return {static_cast<double>(result.time.count),
          models::energy_of(result.counts_for_energy(), result.time, active.powered(), coefficients)
              .total(),
          0};
}

TwoCosts costs_of(const JobBound& bound, const ActiveDevices& active,
                  const platforms::Coefficients& coefficients) {
  const double joules =
      models::energy_of(bound.counts, bound.time, active.powered(), coefficients).total();
  return {static_cast<double>(bound.time.count), joules, 0, false};
}

}  // namespace h4h::sim
