#pragma once

#include <string>

#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The network that a command line names: a name of the catalogue, or a TensorFlow Lite or YAML
// file, told by its content rather than its name. Throws NetworkError that says what is allowed.
Network read_or_build(const std::string& name, const ImportOptions& options = {});

}  // namespace h4h::workloads
