#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "nas/space/space.hpp"
#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/goal.hpp"
#include "sim/mapping/knapsack.hpp"
#include "sim/mapping/shares.hpp"
#include "sim/network/spills.hpp"

namespace h4h::nas {

// Sums over layers that no order of adding can change.
struct Tally {
  static constexpr std::size_t kNumbers = models::kEvents.size() + 2;
  std::array<std::int64_t, kNumbers> numbers{};  // picoseconds, words, events
  bool on_macros = false;                        // some of it

  void add(const Tally& other, std::int64_t times = 1) {
    for (std::size_t i = 0; i < kNumbers; ++i) numbers[i] += other.numbers[i] * times;
    on_macros = on_macros || other.on_macros;
  }
  void add(const sim::JobResult& result, std::int64_t words, bool some_on_macros);
  models::Picoseconds time() const { return {numbers[0]}; }
  std::int64_t words() const { return numbers[1]; }
  models::Counts counts() const;  // that energy is computed from
};

// One way to run a layer.
struct LayerOption {
  sim::Choice choice;  // what the objective costs, and words
  const sim::JobResult* result;
  bool on_macros;
};

// A block whose buffers lie in given memories: for each choice of what is powered, what its layers
// may do and what the cheapest of each come to.
struct BlockCosts {
  std::vector<std::vector<std::vector<LayerOption>>> layers;  // [power][layer][option]
  std::vector<Tally> cheapest;                                // [power]
};

// A block of the space on an input of some shape.
struct Block {
  // What a sum over blocks needs comes first.
  std::uint32_t output_id = 0;
  std::int64_t peak_bytes = 0;              // of an SRAM that holds all its tensors
  const Tally* cheapest_in_sram = nullptr;  // BlockCosts::cheapest where nothing is spilled
  const BlockCosts* in_sram = nullptr;

  std::vector<workloads::LayerShape> layers;
  std::vector<std::vector<std::size_t>> reads;  // buffers, by layer
  std::vector<std::size_t> writes;
  std::vector<sim::Buffer> buffers;  // of its tensors; the first is its input, the last its output
  workloads::Shape output;
  bool begins = false, ends = false;                                     // of the network
  std::unordered_map<std::uint64_t, std::unique_ptr<BlockCosts>> costs;  // by buffers spilled
};

// Every block that networks of a space consist of, costed when it is first asked for. What a block
// costs depends on its choices, the shape of its input, and where its tensors lie; never on the
// blocks before or after it. Of chips that platform files describe: with one device of macros. True
// where no weights are copied ahead: see `separable`.
class BlockTable {
 public:
  BlockTable(const Space& space, const platforms::Platform& platform, sim::Objective objective,
             sim::JobResults& results);

  static bool separable(const platforms::Hardware& hardware);

  // The id of a shape as `find` takes it.
  std::uint32_t shape_id(const workloads::Shape& shape);
  // Throws std::logic_error for a block whose cost depends on its neighbours.
  Block& find(const BlockChoice& choice, std::uint32_t input);
  // Bit i of `spilled` says that buffer i lies in the external memory.
  const BlockCosts& costs(Block& block, std::uint64_t spilled);
  // Lets workers begin with what `costs` will ask for.
  void begin(const Block& block, std::uint64_t spilled);
  // Has it simulated, and adds its jobs to `jobs`.
  void simulate(const Block& block, std::uint64_t spilled, std::unordered_set<std::string>& jobs);

  const std::vector<sim::ActiveDevices>& active_choices() const { return active_choices_; }
  // Words that the macros in use hold under a choice.
  std::int64_t capacity_words(std::size_t active) const;
  std::int64_t blocks() const { return static_cast<std::int64_t>(blocks_.size()); }

 private:
  Block*& place(const BlockChoice& choice, std::uint32_t input);
  Block build(const BlockChoice& choice, workloads::Shape input);
  template <typename Visit>
  void each_job(const Block& block, std::size_t layer, std::uint64_t spilled,
                const sim::ActiveDevices& active, Visit visit) const;
  std::vector<LayerOption> options(const Block& block, std::size_t layer, std::uint64_t spilled,
                                   const sim::ActiveDevices& active);

  const Space& space_;
  const platforms::Platform& platform_;
  sim::Objective objective_;
  sim::LayerCosts costs_;
  std::vector<sim::ActiveDevices> active_choices_;
  std::vector<workloads::Shape> shapes_;
  std::deque<Block> blocks_;
  std::vector<std::vector<Block*>> places_;  // [stage and first or not][shape and genes]
};

}  // namespace h4h::nas
