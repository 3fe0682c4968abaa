#pragma once

#include <string>
#include <vector>

#include "nas/space/space.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::studies {

// Pairs of networks whose gradients are compared. In the first three kinds the second network is
// larger, by the same multiple of MACs.
enum class PairKind {
  mixed,        // a CNN and a hybrid network
  cnn,          // the same CNN and another: the control of the same type of block
  hybrid,       // two hybrid networks, the second as in `mixed`
  mixed_parts,  // the CNN and the CNN part of the hybrid network: as many shared weights as in
                // `mixed`
};
std::string to_string(PairKind kind);

// A probe of one pair of each kind, in their order, and the networks' MACs.
struct PairsProbe {
  GradientProbe probe;
  std::vector<std::int64_t> macs;
};

// `count` probes of random networks, always the same of a space. MACs agree within 5 %. Throws
// nas::SpaceError where the space has too few such networks.
std::vector<PairsProbe> probes_of(const nas::Space& space, std::size_t count);

}  // namespace h4h::studies
