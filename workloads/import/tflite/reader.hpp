#pragma once

#include <filesystem>

#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads::tflite {

// A TensorFlow Lite file (int8, uint8, int16, float16 or float32) as a network named after the
// file. Throws NetworkError that begins with the path.
Network read(const std::filesystem::path& path, const ImportOptions& options = {});

}  // namespace h4h::workloads::tflite
