#include "sim/validation/validation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <tuple>

#include "base/mean.hpp"
#include "models/npu/npu_estimate.hpp"
#include "models/npu/npu_timing.hpp"
#include "platforms/description/overrides.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {
namespace {

using workloads::LayerShape;
using workloads::Network;

// The reference platforms, one for each system and size, with what they cost.
class Systems {
 public:
  Systems(std::filesystem::path folder, PlatformFiles& files,
          std::vector<platforms::Override> changes = {})
      : folder_(std::move(folder)), files_(files), changes_(std::move(changes)) {}

  LayerCosts& costs(const std::string& system, std::int64_t macs_per_cycle) {
    auto& costs = costs_[{system, macs_per_cycle}];
    if (!costs) {
      std::vector<platforms::Override> changes = changes_;
      changes.push_back({"npu.macs_per_cycle", macs_per_cycle});
      const auto file = folder_ / fmt::format("ethos-u55-{}.yaml", system);
      costs = std::make_unique<LayerCosts>(platforms::with(files_.at(file), changes).hardware);
    }
    return *costs;
  }

 private:
  std::filesystem::path folder_;
  PlatformFiles& files_;
  std::vector<platforms::Override> changes_;
  std::map<std::pair<std::string, std::int64_t>, std::unique_ptr<LayerCosts>> costs_;
};

std::vector<JobResult> run(LayerCosts& costs, const Network& network) {
  Mapping mapping{"npu", {}, {}};
  for (const workloads::Layer& layer : network.layers) {
    mapping.layers.push_back(on_npu(costs.devices(), layer_shape(network, layer)));
  }
  return simulate_layers(costs, network, mapping);
}

double cycles(const LayerCosts& costs, models::Picoseconds time) {
  return static_cast<double>(models::Clock(costs.hardware().npu.clock_hz).cycles(time));
}

// In closed form, nothing before it, as the references have it.
double closed_form(const platforms::Hardware& hardware, const LayerShape& layer) {
  const models::NpuConfig config = models::npu_config(hardware.npu);
  const models::NpuTask task{config,
                             layer,
                             models::Layout::nhwc,
                             models::Layout::nhwc,
                             models::npu_memories(hardware),
                             models::choose_block(config, layer),
                             models::encoded_weight_bytes(layer)};
  return estimate(task, schedule_weights(task, {}), 0).total();
}

std::string block_text(const platforms::Hardware& hardware, const LayerShape& layer) {
  const models::NpuBlock b = choose_block(models::npu_config(hardware.npu), layer);
  return fmt::format("{}x{}x{}", b.height, b.width, b.depth);
}

LayerCheck check(LayerCosts& costs, const ReferenceLayer& reference) {
  const LayerShape layer = layer_shape(reference.network, reference.network.layers.front());
  LayerShape by_rule = layer;
  by_rule.encoded_weight_bytes.reset();
  const platforms::Hardware& hardware = costs.hardware();
  const auto beside = [&](double ours) {
    return Compared{ours, reference.regor_cycles, reference.legacy_cycles};
  };
  LayerCheck check;
  check.id = reference.id;
  check.op = reference.op;
  check.system = reference.system;
  check.macs_per_cycle = reference.macs_per_cycle;
  check.input = layer.input();
  check.output = layer.output;
  check.result = run(costs, reference.network).front();
  check.simulated = beside(cycles(costs, check.result.time));
  check.closed = beside(closed_form(hardware, layer));
  check.closed_by_rule = beside(closed_form(hardware, by_rule));
  check.same_block = block_text(hardware, layer) == reference.block;
  return check;
}

std::vector<LayerCheck> check_layers(Systems& systems,
                                     const std::vector<ReferenceLayer>& references) {
  std::vector<LayerCheck> checks;
  for (const ReferenceLayer& reference : references) {
    checks.push_back(check(systems.costs(reference.system, reference.macs_per_cycle), reference));
  }
  return checks;
}

std::vector<Ablation> ablate(const std::filesystem::path& platforms, PlatformFiles& files,
                             const std::vector<ReferenceLayer>& references) {
  using platforms::Override;
  const Override changes[] = {
      {"npu.ifm_buffers", 1},
      {"npu.accumulators", 1},
      {"npu.ofm_buffers", 1},
      {"npu.outstanding", 4},
      {"npu.command_floor", choice_of(platforms::CommandFloor::off)},
      {"npu.weights.schedule", choice_of(platforms::WeightCopies::fastest)}};
  std::vector<Ablation> ablations;
  for (const Override& change : changes) {
    Systems systems(platforms, files, {change});
    ablations.push_back(
        {to_string(change), agreement(simulated(check_layers(systems, references)))});
  }
  return ablations;
}

models::Counts counts_of(const std::vector<JobResult>& results) {
  models::Counts sum;
  for (const JobResult& r : results) sum += r.counts;
  return sum;
}

double cycles_of(const LayerCosts& costs, const std::vector<JobResult>& results) {
  models::Picoseconds time;
  for (const JobResult& r : results) time += r.time;
  return cycles(costs, time);
}

// Bytes out of and into the activation memory, those that came ahead of their layer included.
std::pair<double, double> activation_bytes(const std::vector<JobResult>& results) {
  std::int64_t read = 0, written = 0;
  for (const JobResult& r : results) {
    read += r.noc_read_bytes;
    written += r.noc_write_bytes + r.prefetched_bytes;
  }
  return {static_cast<double>(read), static_cast<double>(written)};
}

// All files but those of platforms, which are read before anything is simulated.
struct Inputs {
  std::vector<ReferenceLayer> layers;
  std::vector<ReferenceOperator> operators;
  std::vector<ReferenceNetwork> networks;
  std::vector<ReferenceRun> runs;
  std::vector<SiliconRun> silicon;
  std::optional<NetworkFiles> files;
  std::vector<std::string> missing;  // networks without a file
};

Inputs read_inputs(const ValidationFiles& files) {
  Inputs inputs;
  if (files.networks) inputs.files.emplace(*files.networks);
  inputs.layers = read_reference_layers(files.reference / "npu_layers.csv");
  const std::filesystem::path operators = files.reference / "npu_operators.csv";
  if (std::filesystem::is_regular_file(operators)) {
    inputs.operators =
        read_reference_operators(files.reference / "npu_operator_layers.csv", operators);
  }
  if (!inputs.files) return inputs;
  inputs.networks = read_reference_networks(files.reference / "npu_networks.csv");
  inputs.runs = read_reference_runs(files.reference / "npu_fvp.csv");
  const std::filesystem::path silicon = files.reference / "npu_silicon.csv";
  if (std::filesystem::is_regular_file(silicon)) inputs.silicon = read_silicon(silicon);
  for (const ReferenceNetwork& r : inputs.networks) inputs.files->find(r.name);
  for (const ReferenceRun& r : inputs.runs) inputs.files->find(r.name);
  inputs.missing = inputs.files->missing();
  for (const SiliconRun& r : inputs.silicon) {
    if (!r.platform.empty()) inputs.files->find(r.network);
  }
  return inputs;
}

OperatorCheck check(Systems& systems, const ReferenceOperator& r) {
  LayerCosts& costs = systems.costs(r.system, r.macs_per_cycle);
  return {r.id,
          r.op,
          r.system,
          r.macs_per_cycle,
          {cycles_of(costs, run(costs, r.network)), r.regor_cycles, r.legacy_cycles}};
}

NetworkCheck check(Systems& systems, const Network& network, const ReferenceNetwork& r) {
  LayerCosts& costs = systems.costs(r.system, r.macs_per_cycle);
  const std::vector<JobResult> results = run(costs, network);
  return {r.name,
          r.system,
          r.macs_per_cycle,
          {cycles_of(costs, results), r.regor_cycles, r.legacy_cycles},
          static_cast<double>(counts_of(results)[models::Event::weight_byte]),
          r.regor_weight_bytes};
}

RunCheck check(Systems& systems, const Network& network, const ReferenceRun& r) {
  LayerCosts& costs = systems.costs("high-end", r.macs_per_cycle);
  const std::vector<JobResult> results = run(costs, network);
  const auto [read, written] = activation_bytes(results);
  constexpr double kBeat = 8;
  return {r.name,
          r.macs_per_cycle,
          cycles_of(costs, results),
          read / kBeat,
          written / kBeat,
          static_cast<double>(counts_of(results)[models::Event::weight_byte]) / kBeat,
          r};
}

void check_networks(Systems& systems, Inputs& inputs, Validation& validation) {
  for (const ReferenceNetwork& r : inputs.networks) {
    const Network* const network = inputs.files->find(r.name);
    if (network != nullptr) validation.networks.push_back(check(systems, *network, r));
  }
  for (const ReferenceRun& r : inputs.runs) {
    const Network* const network = inputs.files->find(r.name);
    if (network != nullptr) validation.runs.push_back(check(systems, *network, r));
  }
  validation.missing = inputs.missing;
}

}  // namespace

std::vector<Compared> simulated(const std::vector<LayerCheck>& layers, double least_cycles) {
  std::vector<Compared> figures;
  for (const LayerCheck& layer : layers) {
    if (layer.simulated.regor >= least_cycles) figures.push_back(layer.simulated);
  }
  return figures;
}

Validation validate(const ValidationFiles& files) {
  Inputs inputs = read_inputs(files);
  Validation validation;
  PlatformFiles platforms;
  Systems systems(files.platforms, platforms);
  // Reads all platforms before anything is simulated.
  for (const ReferenceLayer& r : inputs.layers) systems.costs(r.system, r.macs_per_cycle);
  for (const ReferenceOperator& r : inputs.operators) systems.costs(r.system, r.macs_per_cycle);
  validation.layers = check_layers(systems, inputs.layers);
  for (const ReferenceOperator& r : inputs.operators) {
    validation.operators.push_back(check(systems, r));
  }
  if (files.ablations) validation.ablations = ablate(files.platforms, platforms, inputs.layers);
  if (!inputs.files) return validation;
  check_networks(systems, inputs, validation);
  validation.silicon = check_silicon(inputs.silicon, files.platforms, *inputs.files, platforms);
  return validation;
}

std::vector<Group> groups(const std::vector<LayerCheck>& layers) {
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::vector<Compared>> sorted;
  for (const LayerCheck& l : layers) {
    sorted[{l.op, l.macs_per_cycle, l.system}].push_back(l.simulated);
  }
  std::vector<Group> all;
  for (const auto& [key, figures] : sorted) {
    const auto& [op, macs_per_cycle, system] = key;
    all.push_back({op, system, macs_per_cycle, agreement(figures), legacy_agreement(figures)});
  }
  return all;
}

std::vector<OperatorGroup> operator_groups(const std::vector<OperatorCheck>& operators) {
  std::map<std::pair<std::string, std::int64_t>, std::vector<Compared>> sorted;
  for (const OperatorCheck& o : operators) sorted[{o.op, o.macs_per_cycle}].push_back(o.cycles);
  std::vector<OperatorGroup> all;
  for (const auto& [key, figures] : sorted) {
    std::vector<double> logs, sizes;
    for (const Compared& f : figures) logs.push_back(log_to_nearer(f));
    for (const double value : logs) sizes.push_back(std::abs(value));
    all.push_back({key.first, key.second, figures.size(), mean(logs), mean(sizes),
                   agreement(figures).inside});
  }
  return all;
}

}  // namespace h4h::sim
