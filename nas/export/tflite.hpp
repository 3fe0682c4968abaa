#pragma once

#include <string>
#include <vector>

#include "nas/export/quantization.hpp"

namespace h4h::nas {

// A TensorFlow Lite file of 8-bit integers (schema version 3; one image, channels last).
// `description` is its metadata "h4h". Throws std::invalid_argument for a padding that is neither
// that of "SAME" nor none.
std::string to_tflite(const Graph& graph, const std::string& description,
                      const std::vector<Affine>& values);

}  // namespace h4h::nas
