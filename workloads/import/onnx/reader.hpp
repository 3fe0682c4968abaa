#pragma once

#include <filesystem>

#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads::onnx {

// An ONNX file (float or quantised, with or without its weights) as a network named after the file.
// Throws NetworkError that begins with the path.
Network read(const std::filesystem::path& path, const ImportOptions& options = {});

}  // namespace h4h::workloads::onnx
