#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/job/layer_job.hpp"
#include "sim/validation/agreement.hpp"
#include "sim/validation/reference.hpp"
#include "sim/validation/silicon.hpp"

namespace h4h::sim {

// A layer of the references as this program sees it. Cycles of the NPU's clock.
struct LayerCheck {
  std::string id, op, system;
  std::int64_t macs_per_cycle = 0;
  workloads::Shape input, output;
  Compared simulated, closed, closed_by_rule;  // the last with the size of weights by rule
  bool same_block = false;                     // the output block that Regor chose
  JobResult result;
};

// The same of an operator that npu_layers.csv does not have.
struct OperatorCheck {
  std::string id, op, system;
  std::int64_t macs_per_cycle = 0;
  Compared cycles;
};

struct NetworkCheck {
  std::string name, system;
  std::int64_t macs_per_cycle = 0;
  Compared cycles;
  double weight_bytes = 0, regor_weight_bytes = 0;
};

struct RunCheck {
  std::string name;
  std::int64_t macs_per_cycle = 0;
  // Ours in cycles of the NPU's clock and beats of 8 B, and the virtual platform's.
  double cycles = 0, reads = 0, writes = 0, weights = 0;
  ReferenceRun reference;
};

// A mechanism taken away, and how well the simulator then agrees.
struct Ablation {
  std::string setting;
  Agreement all;
};

// A bound of the table, and whether it holds.
struct Verdict {
  std::string what;
  std::string figure, bound;
  bool pass = false;
};

struct Validation {
  std::vector<LayerCheck> layers;
  std::vector<Ablation> ablations;
  std::vector<OperatorCheck> operators;  // empty without their file
  std::vector<NetworkCheck> networks;    // empty without their files
  std::vector<RunCheck> runs;
  std::vector<std::string> missing;   // networks without a file
  std::vector<SiliconCheck> silicon;  // for information; empty without network files
};

// Where platform files, references and the files of networks lie.
struct ValidationFiles {
  std::filesystem::path platforms, reference;
  std::optional<std::filesystem::path> networks;
  bool ablations = true;  // simulate all layers without each mechanism, too
};

// Simulates every layer and network of the references. Throws CsvError, PlatformError or
// NetworkError for files that are missing or wrong.
Validation validate(const ValidationFiles& files);

// Figures of layers in cycles, all or from so many on (by Regor).
std::vector<Compared> simulated(const std::vector<LayerCheck>& layers, double least_cycles = 0);

// The acceptance criteria and their verdicts.
std::vector<Verdict> verdicts(const Validation& validation);

struct Group {
  std::string op, system;
  std::int64_t macs_per_cycle = 0;
  Agreement ours, legacy;
};
// One for each operator, size and memory system.
std::vector<Group> groups(const std::vector<LayerCheck>& layers);

// How near the figures of an operator on one size are to the nearer estimator.
struct OperatorGroup {
  std::string op;
  std::int64_t macs_per_cycle = 0;
  std::size_t count = 0;
  double bias = 0, mean = 0;  // of ln(ours / nearer), and of its absolute value
  double inside = 0;          // as in Agreement
};
std::vector<OperatorGroup> operator_groups(const std::vector<OperatorCheck>& operators);
constexpr double kOperatorBound = 0.15;  // of the mean of a group

}  // namespace h4h::sim
