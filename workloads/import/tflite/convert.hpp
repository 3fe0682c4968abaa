#pragma once

#include <string>

#include "workloads/import/policy.hpp"
#include "workloads/import/tflite/model.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads::tflite {

// Operators of a file as layers of a network. Every operator is a layer, folded into one, or
// unsupported. Throws NetworkError that names all unsupported ones unless they go to the host,
// whose results then enter the network like inputs.
Network convert(const Model& model, const std::string& name, const ImportOptions& options = {});

}  // namespace h4h::workloads::tflite
