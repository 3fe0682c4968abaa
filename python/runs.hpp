#pragma once

#include <utility>
#include <vector>

#include "python/bindings.hpp"
#include "tools/h4h/network_list.hpp"

namespace h4h::python {

// Networks as the command line names them. Throws tools::UsageError where there is none, or one
// twice.
tools::NetworkList list_of(const std::vector<Network>& networks);

}  // namespace h4h::python
