#pragma once

#include "nas/recipe/recipe.hpp"
#include "nas/space/space.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::nas {

// MACs of training on one image.
struct TrainingMacs {
  double forward = 0, backward = 0;
  double total() const { return forward + backward; }
};

// Forward: every MAC of the network. Backward: those of the gradients of the weights that are
// trained, one for each forward MAC; and those of the gradients of a layer's inputs, one for each
// forward MAC (two for each product of two activations), where a parameter before the layer is
// trained. A gradient of what stays frozen, or of the image, is not computed.
TrainingMacs training_macs(const workloads::Network& network, const GroupSet& trained);

// Of all networks of a step of the phase: the largest, the smallest, and as many random ones, each
// counted as the mean of 1,000, which are always the same. Throws SpaceError where the space has no
// such networks.
TrainingMacs step_macs(const Space& space, const Phase& phase);

}  // namespace h4h::nas
