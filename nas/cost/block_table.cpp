#include "nas/cost/block_table.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/job/wire.hpp"
#include "sim/mapping/layer_options.hpp"
#include "workloads/fuse/fuse.hpp"

namespace h4h::nas {
namespace {

using models::Layout;
using workloads::LayerShape;
using workloads::Network;

constexpr std::size_t kMostBuffers = 64;  // bits of a set of spilled ones

bool has(std::uint64_t set, std::size_t member) { return (set >> member & 1) != 0; }

Layout layout_of(const Block& block, std::size_t buffer) {
  const bool outside =
      (block.begins && buffer == 0) || (block.ends && buffer + 1 == block.buffers.size());
  return outside ? Layout::nhwc : Layout::nhcwb16;
}

sim::LayerContext context_of(const Block& block, std::size_t layer, std::uint64_t spilled) {
  const auto level = [&](std::size_t buffer) {
    return has(spilled, buffer) ? sim::MemoryLevel::external : sim::MemoryLevel::sram;
  };
  sim::LayerContext context;
  context.input = layout_of(block, block.reads[layer].front());
  context.output = layout_of(block, block.writes[layer]);
  for (const std::size_t buffer : block.reads[layer]) context.input_levels.push_back(level(buffer));
  context.output_level = level(block.writes[layer]);
  return context;
}

// From the layer that writes a tensor to the last that reads it; the output to the end.
std::vector<sim::Buffer> buffers_of(const Network& network) {
  std::vector<sim::Buffer> buffers(network.tensors.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const workloads::Layer& layer = network.layers[i];
    buffers.at(layer.output) = {0, i, i};
    for (const workloads::TensorId id : layer.inputs) buffers.at(id).last = i;
  }
  buffers.back().last = network.layers.size() - 1;
  return buffers;
}

void check_shape(const Network& network) {
  const bool in_order = network.inputs.front() == 0 &&
                        network.outputs.front() + 1 == network.tensors.size() &&
                        network.tensors.size() <= kMostBuffers;
  const auto view = [](const workloads::Layer& layer) { return workloads::is_view(layer.op); };
  if (!in_order || std::any_of(network.layers.begin(), network.layers.end(), view)) {
    throw std::logic_error("a block of " + network.name + " cannot be costed by itself");
  }
}

}  // namespace

void Tally::add(const sim::JobResult& result, std::int64_t words, bool some_on_macros) {
  numbers[0] += result.time.count;
  numbers[1] += words;
  std::size_t i = 2;
  const models::Counts& counts = result.counts_for_energy();
  for (const models::Event event : models::kEvents) numbers[i++] += counts[event];
  on_macros = on_macros || some_on_macros;
}

models::Counts Tally::counts() const {
  models::Counts counts;
  std::size_t i = 2;
  for (const models::Event event : models::kEvents) counts[event] = numbers[i++];
  return counts;
}

bool BlockTable::separable(const platforms::Hardware& hardware) {
  return !models::copy_weights_ahead(models::make_devices(hardware));
}

std::int64_t BlockTable::capacity_words(std::size_t active) const {
  return sim::capacity_words(*costs_.devices()[platforms::kCim],
                             active_choices_[active].of(platforms::kCim).macros);
}

BlockTable::BlockTable(const Space& space, const platforms::Platform& platform,
                       sim::Objective objective, sim::JobResults& results)
    : space_(space),
      platform_(platform),
      objective_(objective),
      costs_(platform.hardware, results),
      active_choices_(
          sim::active_choices(sim::all_macros(costs_.devices()), costs_.devices().size())),
      places_(2 * (space.stages().size() + 1)) {}

std::uint32_t BlockTable::shape_id(const workloads::Shape& shape) {
  auto found = std::find(shapes_.begin(), shapes_.end(), shape);
  if (found == shapes_.end()) found = shapes_.insert(shapes_.end(), shape);
  return static_cast<std::uint32_t>(found - shapes_.begin());
}

Block*& BlockTable::place(const BlockChoice& choice, std::uint32_t input) {
  std::size_t widths = 1, expansions = 1, further = 1;  // of what follows the last stage
  if (choice.stage < space_.stages().size()) {
    const Stage& stage = space_.stages()[choice.stage];
    widths = space_.genes()[stage.width].choices.size();
    expansions = space_.genes()[stage.expansion].choices.size();
    further = space_.further_choices(stage);
  }
  std::vector<Block*>& table = places_[2 * choice.stage + (choice.is_first ? 0 : 1)];
  const std::size_t index =
      ((input * widths + choice.width) * expansions + choice.expansion) * further + choice.further;
  if (index >= table.size()) table.resize((input + 1) * widths * expansions * further, nullptr);
  return table[index];
}

Block& BlockTable::find(const BlockChoice& choice, std::uint32_t input) {
  Block*& block = place(choice, input);
  if (block == nullptr) block = &blocks_.emplace_back(build(choice, shapes_.at(input)));
  return *block;
}

Block BlockTable::build(const BlockChoice& choice, workloads::Shape input) {
  const Network network = workloads::with_joined_projections(space_.block(choice, input));
  check_shape(network);
  Block block;
  block.begins = choice.stage == 0;
  block.ends = choice.stage == space_.stages().size() ||
               space_.stages()[choice.stage].kind == StageKind::mbpool;
  block.buffers = buffers_of(network);
  for (const workloads::Layer& layer : network.layers) {
    block.layers.push_back(workloads::layer_shape(network, layer));
    block.reads.push_back(layer.inputs);
    block.writes.push_back(layer.output);
  }
  for (std::size_t i = 0; i < block.buffers.size(); ++i) {
    block.buffers[i].bytes = models::stored_bytes(network.tensors[i].shape, layout_of(block, i));
  }
  const std::vector<std::int64_t> held = sim::held(block.buffers, block.layers.size());
  block.peak_bytes = held.empty() ? 0 : *std::max_element(held.begin(), held.end());
  block.output = network.tensors.back().shape;
  block.output_id = shape_id(block.output);
  return block;
}

template <typename Visit>
void BlockTable::each_job(const Block& block, std::size_t layer, std::uint64_t spilled,
                          const sim::ActiveDevices& active, Visit visit) const {
  const LayerShape& shape = block.layers[layer];
  sim::LayerJob job{shape, {}, context_of(block, layer, spilled)};
  for (const sim::Split& split : sim::layer_splits(costs_.devices(), shape, active)) {
    job.split = split;
    visit(job);
  }
}

std::vector<LayerOption> BlockTable::options(const Block& block, std::size_t layer,
                                             std::uint64_t spilled,
                                             const sim::ActiveDevices& active) {
  std::vector<LayerOption> options;
  each_job(block, layer, spilled, active, [&](const sim::LayerJob& job) {
    const sim::JobResult& result = costs_.cost(job);
    const sim::TwoCosts costs = sim::costs_of(result, active, platform_.coefficients);
    const sim::Share& share = job.split.shares[platforms::kCim];
    const std::int64_t words = sim::words_of(*costs_.devices()[platforms::kCim], job.layer, share);
    options.push_back({{objective_ == sim::Objective::latency ? costs.first : costs.second, words},
                       &result,
                       share.channels > 0});
  });
  return options;
}

const BlockCosts& BlockTable::costs(Block& block, std::uint64_t spilled) {
  if (spilled == 0 && block.in_sram != nullptr) return *block.in_sram;
  const auto known = block.costs.find(spilled);
  if (known != block.costs.end()) return *known->second;
  auto costs = std::make_unique<BlockCosts>();  // a layer that fails leaves nothing behind
  for (const sim::ActiveDevices& active : active_choices_) {
    costs->layers.emplace_back();
    Tally& cheapest = costs->cheapest.emplace_back();
    for (std::size_t i = 0; i < block.layers.size(); ++i) {
      const auto& all = costs->layers.back().emplace_back(options(block, i, spilled, active));
      const auto least = std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return a.choice.cost < b.choice.cost;
      });
      cheapest.add(*least->result, least->choice.words, least->on_macros);
    }
  }
  if (spilled == 0) {
    block.in_sram = costs.get();
    block.cheapest_in_sram = costs->cheapest.data();
  }
  return *(block.costs[spilled] = std::move(costs));
}

void BlockTable::simulate(const Block& block, std::uint64_t spilled,
                          std::unordered_set<std::string>& jobs) {
  for (const sim::ActiveDevices& active : active_choices_) {
    for (std::size_t i = 0; i < block.layers.size(); ++i) {
      each_job(block, i, spilled, active, [&](const sim::LayerJob& job) {
        costs_.cost(job);
        jobs.insert(sim::encode(job));
      });
    }
  }
}

void BlockTable::begin(const Block& block, std::uint64_t spilled) {
  if (!costs_.results().has_workers() || block.costs.count(spilled) > 0) return;
  for (const sim::ActiveDevices& active : active_choices_) {
    for (std::size_t i = 0; i < block.layers.size(); ++i) {
      each_job(block, i, spilled, active, [&](const sim::LayerJob& job) { costs_.begin(job); });
    }
  }
}

}  // namespace h4h::nas
