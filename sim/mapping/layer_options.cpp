#include "sim/mapping/layer_options.hpp"

#include "models/energy/energy.hpp"

namespace h4h::sim {

std::vector<Split> layer_splits(const models::Devices& devices, const workloads::LayerShape& layer,
                                const ActiveCim& active, Effort effort) {
  const models::Device& macros = *devices.at(platforms::kCim);
  const auto& cim = std::get<platforms::Cim>(macros.description());
  std::vector<Split> splits;
  for (const std::int64_t channels : channel_choices(macros, layer, effort)) {
    if (channels > 0 && active.macros == 0) break;
    if (words_of(cim, layer, channels, active.macros) > capacity_words(cim, active.macros))
      continue;
    splits.push_back(split_of(layer, channels, active.macros, active.units));
  }
  return splits;
}

TwoCosts costs_of(const JobResult& result, const ActiveCim& active,
                  const platforms::Coefficients& coefficients) {
  return {static_cast<double>(result.time.count),
          models::energy_of(result.counts_for_energy(), result.time, active.macros, coefficients)
              .total(),
          0};
}

}  // namespace h4h::sim
