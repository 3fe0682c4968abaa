#pragma once

#include <string>
#include <vector>

#include "workloads/import/operator_layers.hpp"
#include "workloads/ir/network.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::tools {

std::string catalogue_table(const std::vector<workloads::CatalogueEntry>& entries);
std::string catalogue_json(const std::vector<workloads::CatalogueEntry>& entries);

// The operators of files that are read, by the layers that they become, and whether macros run one
// of them; every layer runs on the NPU.
std::string operators_table(const std::vector<workloads::ReadOperators>& operators);
// Schema h4h.operators/1.
std::string operators_json(const std::vector<workloads::ReadOperators>& operators);

// Every layer in order and, at their places in the file, the operators that are no layer. The table
// is at most 80 wide; the wide one has whole names and input shapes.
std::string network_table(const workloads::Network& network, bool wide);
std::string network_csv(const workloads::Network& network);
std::string network_json(const workloads::Network& network);  // schema h4h.network/1

// A Graphviz digraph: layers, with an edge for every tensor that one reads.
std::string network_dot(const workloads::Network& network);

}  // namespace h4h::tools
