#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::sim {

// A layer as Arm's Vela 5.1.0 estimates it.
struct ReferenceLayer {
  std::string id, op;
  std::int64_t macs_per_cycle = 0;
  std::string system;  // "high-end", "deep" or "sram-only": the platform is ethos-u55-SYSTEM
  workloads::Network network;  // of the one layer
  double regor_cycles = 0, legacy_cycles = 0;
  std::string block;  // of the output, HxWxC, by Regor
};

// Reads npu_layers.csv. Throws CsvError or NetworkError.
std::vector<ReferenceLayer> read_reference_layers(const std::filesystem::path& path);

}  // namespace h4h::sim
