#include "nas/train/health.hpp"

namespace h4h::nas {

Health measure_health(const Space& space, const Subspace& subspace, const Supernet& supernet,
                      const EvaluationImages& images, std::size_t count, bool bf16) {
  const auto right = [&](const Genotype& genotype) {
    return classified_right(supernet, space.network(genotype), images, bf16);
  };
  const std::vector<bool> smallest = right(subspace.min());
  const auto measured = [&](const Genotype& genotype, const std::vector<bool>& its) {
    return MeasuredNetwork{genotype, workloads::macs(space.network(genotype)), share_of(its),
                           paired_gain(its, smallest)};
  };
  Health health;
  health.images = static_cast<std::int64_t>(smallest.size());
  health.smallest = measured(subspace.min(), smallest);
  health.largest = measured(subspace.max(), right(subspace.max()));
  const auto sample = [&](Random& random) { return subspace.sample(random); };
  for (const Genotype& genotype : stratified_networks(space, sample, count)) {
    health.networks.push_back(measured(genotype, right(genotype)));
  }
  return health;
}

}  // namespace h4h::nas
