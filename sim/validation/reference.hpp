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

// A layer, or a few that stand for one operator of a file, of an operator that npu_layers.csv does
// not have.
struct ReferenceOperator {
  std::string id, op;
  std::int64_t macs_per_cycle = 0;
  std::string system;
  workloads::Network network;
  // Of an estimator whose compiler leaves the operator to the CPU: the other's.
  double regor_cycles = 0, legacy_cycles = 0;
};

// A network on one system as both of Vela's estimators total it.
struct ReferenceNetwork {
  std::string name;
  std::int64_t macs_per_cycle = 0;
  std::string system;
  double regor_cycles = 0, legacy_cycles = 0;
  double regor_weight_bytes =
      0;  // read from the weight memory; 0 where that is the activation memory
};

// A network on Arm's fixed virtual platform, on the system "high-end". Beats have 8 bytes.
struct ReferenceRun {
  std::string name;
  std::int64_t macs_per_cycle = 0;
  double cycles = 0;
  double read_beats = 0, write_beats = 0;  // of the activation memory
  double weight_beats = 0;                 // of the weight memory
};

// npu_networks.csv: those that both estimators total. npu_fvp.csv. Both throw CsvError, "file:line:
// ..." for a value that is wrong.
std::vector<ReferenceNetwork> read_reference_networks(const std::filesystem::path& path);
std::vector<ReferenceRun> read_reference_runs(const std::filesystem::path& path);

// Reads npu_layers.csv. Throws CsvError, "file:line: ..." for a value that is wrong.
std::vector<ReferenceLayer> read_reference_layers(const std::filesystem::path& path);

// Reads npu_operators.csv, npu_u65.csv or npu_u85.csv (`cycles`), and the file that describes its
// layers in the keys of network files. Throws CsvError, "file:line: ..." for a value that is wrong.
std::vector<ReferenceOperator> read_reference_operators(const std::filesystem::path& layers,
                                                        const std::filesystem::path& cycles);

}  // namespace h4h::sim
