#pragma once

#include <string>

#include "workloads/ir/network.hpp"

namespace h4h::studies {

// A network of Table 1's space (nas/spaces/h4h-imagenet.yaml): "min", "mid" or "max", "mid@224" at
// a resolution. The file is read once. Throws nas::SpaceError.
const workloads::Network& table1_network(const std::string& which);

}  // namespace h4h::studies
