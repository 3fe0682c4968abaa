#include "sim/mapping/layer_options.hpp"

#include "models/energy/energy.hpp"

namespace h4h::sim {

std::vector<Split> layer_splits(const platforms::Cim& cim, const workloads::LayerShape& layer,
                                const ActiveCim& active, Effort effort) {
  std::vector<Split> splits;
  for (const std::int64_t channels : cim_channel_choices(cim, layer, effort)) {
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
          models::price(result.counts, result.time, active.macros, coefficients).total(), 0};
}

}  // namespace h4h::sim
