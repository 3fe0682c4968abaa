#pragma once

#include <string>

#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::nas {

// A network by name: a file, a built-in network, or a network of a space: `SPACE.yaml#min`, `#mid`
// or `#max`, each with `@RESOLUTION` where it is not the smallest, middle or largest, or `#` and a
// genotype as `h4h space show --sample` prints it. Throws NetworkError.
workloads::Network open_network(const std::string& name, workloads::UnsupportedPolicy policy);

}  // namespace h4h::nas
