#pragma once

#include <string>
#include <vector>

#include "nas/export/quantization.hpp"

namespace h4h::nas {

// An ONNX file (operator set 13; one image, channels first). `description` is kept in its metadata
// under "h4h". With the scales of all values, constants are integers, and every value passes a
// QuantizeLinear and a DequantizeLinear (QDQ).
std::string to_onnx(const Graph& graph, const std::string& description,
                    const std::vector<Affine>* values = nullptr);

}  // namespace h4h::nas
