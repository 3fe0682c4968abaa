#include "sim/validation/family.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

#include "base/mean.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/overrides.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "sim/validation/platform_files.hpp"

namespace h4h::sim {
namespace {

using platforms::NpuType;
using platforms::TraversalRule;

// The order in which kinds are shown, and the kind of each operator of the references.
constexpr std::array<const char*, 9> kGroups{"convolution", "depthwise", "pointwise",
                                             "fc",          "matmul",    "softmax",
                                             "elementwise", "pool",      "mean"};

std::string group_of(const std::string& op) {
  static const std::map<std::string, std::string> kOf{
      {"conv3x3", "convolution"},     {"CONV_BIG", "convolution"}, {"dw3x3", "depthwise"},
      {"DW_BIG", "depthwise"},        {"pw1x1", "pointwise"},      {"fc", "fc"},
      {"FULLY_CONNECTED_ROWS", "fc"}, {"BATCH_MATMUL", "matmul"},  {"SOFTMAX", "softmax"},
      {"ADD", "elementwise"},         {"MUL", "elementwise"},      {"HARD_SWISH", "elementwise"},
      {"AVERAGE_POOL", "pool"},       {"MAX_POOL", "pool"},        {"MEAN", "mean"}};
  const auto found = kOf.find(op);
  if (found == kOf.end()) throw CsvError(fmt::format("op '{}' is of no kind that is compared", op));
  return found->second;
}

// A layer by itself with its tensors in DRAM: the two estimators hardly agree about it.
bool is_judged(const FamilyCheck& check) { return check.system != "dedicated-sram"; }

// A platform of each system, size and rule, with what it costs.
class FamilyCosts {
 public:
  FamilyCosts(const ValidationFiles& files, NpuType type) : files_(files), type_(type) {}

  double cycles(const ReferenceOperator& layer, TraversalRule rule) {
    LayerCosts& costs = of(layer, rule);
    const workloads::Network& network = layer.network;
    Mapping mapping{"npu", {}, {}};
    for (const workloads::Layer& each : network.layers) {
      mapping.layers.push_back(on_npu(costs.devices(), layer_shape(network, each)));
    }
    models::Picoseconds time;
    for (const JobResult& result : simulate_layers(costs, network, mapping)) time += result.time;
    return static_cast<double>(models::Clock(costs.hardware().npu.clock_hz).cycles(time));
  }

 private:
  LayerCosts& of(const ReferenceOperator& layer, TraversalRule rule) {
    auto& costs = costs_[{layer.system, layer.macs_per_cycle, rule}];
    if (!costs) {
      const auto file =
          files_.platforms / fmt::format("{}-{}.yaml", to_string(type_), layer.system);
      std::vector<platforms::Override> changes{{"npu.macs_per_cycle", layer.macs_per_cycle}};
      if (type_ == NpuType::ethos_u85) changes.push_back({"npu.traversal", choice_of(rule)});
      costs = std::make_unique<LayerCosts>(platforms::with(platforms_.at(file), changes).hardware);
    }
    return *costs;
  }

  const ValidationFiles& files_;
  NpuType type_;
  PlatformFiles platforms_;
  std::map<std::tuple<std::string, std::int64_t, TraversalRule>, std::unique_ptr<LayerCosts>>
      costs_;
};

FamilyCheck check(FamilyCosts& costs, NpuType type, const ReferenceOperator& layer) {
  group_of(layer.op);
  const std::vector<std::int64_t>& sizes = platforms::npu_sizes(type);
  if (std::find(sizes.begin(), sizes.end(), layer.macs_per_cycle) == sizes.end()) {
    throw CsvError(fmt::format("{}: accel_macs_per_cycle {} is no size of an {}", layer.id,
                               layer.macs_per_cycle, to_string(type)));
  }
  const double ours = costs.cycles(layer, TraversalRule::estimator);
  FamilyCheck result{layer.id,
                     layer.op,
                     layer.system,
                     layer.macs_per_cycle,
                     {ours, layer.regor_cycles, layer.legacy_cycles},
                     ours};
  if (type == NpuType::ethos_u85) {
    result.hardware_steps = costs.cycles(layer, TraversalRule::hardware);
  }
  return result;
}

// Logarithms of ours / the nearer estimator.
struct Logs {
  std::vector<double> values, hardware;
  std::vector<Compared> figures;

  void add(const FamilyCheck& c) {
    values.push_back(log_to_nearer(c.cycles));
    hardware.push_back(log_to_nearer({c.hardware_steps, c.cycles.regor, c.cycles.legacy}));
    figures.push_back(c.cycles);
  }
};

double mean_size(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  return mean(values);
}

FamilyGroup group(const std::string& name, std::int64_t macs_per_cycle, const Logs& logs) {
  return {name,
          macs_per_cycle,
          logs.values.size(),
          mean(logs.values),
          mean_size(logs.values),
          agreement(logs.figures).inside,
          mean(logs.hardware),
          mean_size(logs.hardware)};
}

}  // namespace

FamilyValidation validate_family(const ValidationFiles& files, NpuType type) {
  const bool u85 = type == NpuType::ethos_u85;
  const std::vector<ReferenceOperator> layers =
      read_reference_operators(files.reference / "npu_family_layers.csv",
                               files.reference / (u85 ? "npu_u85.csv" : "npu_u65.csv"));
  FamilyCosts costs(files, type);
  FamilyValidation validation{type, {}};
  for (const ReferenceOperator& layer : layers) {
    validation.checks.push_back(check(costs, type, layer));
  }
  return validation;
}

std::vector<FamilyGroup> family_groups(const FamilyValidation& validation, bool judged) {
  std::map<std::pair<std::string, std::int64_t>, Logs> sorted;
  for (const FamilyCheck& c : validation.checks) {
    if (is_judged(c) != judged) continue;
    const std::string name = group_of(c.op);
    sorted[{name, 0}].add(c);
    sorted[{name, c.macs_per_cycle}].add(c);
  }
  std::vector<FamilyGroup> groups;
  for (const char* const name : kGroups) {
    for (const auto& [key, logs] : sorted) {
      if (key.first == name) groups.push_back(group(name, key.second, logs));
    }
  }
  return groups;
}

double family_bound(const std::string& group) {
  if (group == "convolution" || group == "depthwise" || group == "pointwise" || group == "fc") {
    return 0.10;
  }
  return group == "pool" || group == "mean" ? 0 : 0.15;
}

std::vector<Verdict> family_verdicts(const FamilyValidation& validation) {
  std::vector<Verdict> verdicts;
  for (const FamilyGroup& group : family_groups(validation, true)) {
    const double bound = family_bound(group.name);
    if (bound == 0 || group.macs_per_cycle != 0) continue;
    verdicts.push_back({fmt::format("{}, {}: mean |ln|", to_string(validation.type), group.name),
                        fmt::format("{:.4f}", group.mean), fmt::format("<= {:.2f}", bound),
                        group.mean <= bound});
  }
  return verdicts;
}

}  // namespace h4h::sim
