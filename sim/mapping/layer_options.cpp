#include "sim/mapping/layer_options.hpp"

#include "models/pricing/pricing.hpp"

namespace h4h::sim {

std::vector<Split> layer_splits(const platforms::Cim& cim, const workloads::LayerShape& layer,
                                const Power& power, Effort effort) {
  std::vector<Split> splits;
  for (const std::int64_t channels : cim_channel_choices(cim, layer, effort)) {
    if (channels > 0 && power.macros == 0) break;
    if (words_of(cim, layer, channels, power.macros) > capacity_words(cim, power.macros)) continue;
    splits.push_back(split_of(layer, channels, power.macros, power.units));
  }
  return splits;
}

TwoCosts costs_of(const JobResult& result, const Power& power,
                  const platforms::Coefficients& coefficients) {
  return {static_cast<double>(result.time.count),
          models::price(result.counts, result.time, power.macros, coefficients).total(), 0};
}

}  // namespace h4h::sim
