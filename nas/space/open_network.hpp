#pragma once

#include <string>

#include "nas/space/space.hpp"
#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::nas {

// A network by name: a file, a built-in network, or a network of a space: `SPACE.yaml#min`, `#mid`
// or `#max`, each with `@RESOLUTION` where it is not the smallest, middle or largest, or `#` and a
// genotype as `h4h space show --sample` prints it; or `FOLDER#ROW` of a search (front_row.hpp).
// Throws NetworkError.
workloads::Network open_network(const std::string& name,
                                const workloads::ImportOptions& options = {});

// What stands behind `#`, of a space that is loaded: "min@192", or a genotype. Throws SpaceError.
Genotype genotype_of(const Space& space, const std::string& which);
workloads::Network network_of(const Space& space, const std::string& which);

}  // namespace h4h::nas
