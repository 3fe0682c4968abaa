#pragma once

#include "base/json/document.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// How the parts of a network hang together: `nodes`, each behind those that it reads from, and
// `edges`, pairs of their places. A node has a `kind`: input and output (with the tensor's `name`
// and `shape`), layer (with its place `layer`) and host (with the `name` of the operator and the
// `reason` why it is there).
Document graph_document(const workloads::Network& network);

}  // namespace h4h::sim
