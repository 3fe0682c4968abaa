#include "tools/studies/transformers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nas/space/network_macs.hpp"

namespace h4h::studies {
namespace {

constexpr const char kNetworks[] = "front_networks";
constexpr const char kWithout[] = "front_networks_without_transformers";
constexpr const char kShare[] = "front_share_without_transformers";

}  // namespace

Measures transformer_measures(const nas::Space& space, const std::vector<ChipFront>& fronts) {
  double networks = 0, without = 0;
  for (const ChipFront& front : fronts) {
    networks += static_cast<double>(front.networks.size());
    without += static_cast<double>(std::count_if(
        front.networks.begin(), front.networks.end(),
        [&](const FoundNetwork& n) { return nas::block_counts(space, n.genotype).vit == 0; }));
  }
  return {{kNetworks, networks}, {kWithout, without}, {kShare, without / networks}};
}

bool is_balanced(const nas::Space& space, const nas::Genotype& genotype) {
  const double vit = nas::block_counts(space, genotype).vit_per_ten();
  return kLeastBalanced <= vit && vit <= kMostBalanced;
}

double balanced_share(const nas::Space& space, const std::vector<nas::Genotype>& networks) {
  const auto count = std::count_if(networks.begin(), networks.end(),
                                   [&](const nas::Genotype& g) { return is_balanced(space, g); });
  return static_cast<double>(count) / static_cast<double>(networks.size());
}

std::string transformers_text(const Measures& measures) {
  const auto networks = measures.find(kNetworks), without = measures.find(kWithout);
  if (networks == measures.end() || without == measures.end()) return {};
  return fmt::format("{:.0f} of {:.0f} networks hold no transformer ({:.1f} %)", without->second,
                     networks->second, 100 * without->second / networks->second);
}

}  // namespace h4h::studies
