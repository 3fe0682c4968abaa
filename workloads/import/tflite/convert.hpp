#pragma once

#include <string>

#include "workloads/import/tflite/model.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads::tflite {

// Operators of a file as layers of a network. DEQUANTIZE of constants folds into the constant, PAD
// into the convolution behind it. Throws NetworkError naming the operator that cannot be mapped.
Network convert(const Model& model, const std::string& name);

}  // namespace h4h::workloads::tflite
