#pragma once

#include <string>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The network as a YAML file, a layer a line; import/yaml reads an equal network back. What was
// folded is not written.
std::string to_yaml(const Network& network);

}  // namespace h4h::workloads
