#pragma once

#include <string>

#include "workloads/import/onnx/model.hpp"
#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads::onnx {

// Nodes of a file as layers of a network, images as height x width x channels. Every node is one or
// more layers, folded into one, a constant, or unsupported. Throws NetworkError that names all
// unsupported ones unless they go to the host, whose results then enter the network like inputs,
// and FormatError where the nodes are no graph.
Network convert(const Model& model, const std::string& name, const ImportOptions& options = {});

}  // namespace h4h::workloads::onnx
