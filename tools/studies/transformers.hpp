#pragma once

#include "tools/studies/searched.hpp"

namespace h4h::studies {

// How many networks stand on fronts, and how many (and which share) of them hold no transformer:
// front_networks, front_networks_without_transformers, front_share_without_transformers. A network
// counts once for each front that it stands on. The share is no number where there is none.
Measures transformer_measures(const nas::Space& space, const std::vector<ChipFront>& fronts);

// "2-5 ViT combined with 10 IRB" (section 6.1): whether a network has that proportion, and the
// share of networks that have it.
inline constexpr double kLeastBalanced = 2, kMostBalanced = 5;
bool is_balanced(const nas::Space& space, const nas::Genotype& genotype);
double balanced_share(const nas::Space& space, const std::vector<nas::Genotype>& networks);

// Of a study's measures for reading: "60 of 191 networks hold no transformer (31.4 %)"; empty where
// the study does not count them.
std::string transformers_text(const Measures& measures);

}  // namespace h4h::studies
