#include "nas/cost/every_block.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_set>

namespace h4h::nas {
namespace {

// Goes through what may follow what: all that matters of a network's beginning is the shape that it
// leaves, the run of overflowing blocks that it ends in, and the block before that run.
class Explorer {
 public:
  Explorer(const Space& space, BlockTable& blocks, SpillRuns& runs)
      : space_(space), blocks_(blocks), runs_(runs) {}

  EveryBlock explore() {
    for (const double side : space_.genes().front().choices) {
      const auto pixels = static_cast<std::int64_t>(side);
      go(0, {blocks_.shape_id({pixels, pixels, space_.input_channels()}), nullptr, {}});
    }
    add_neighbours();
    EveryBlock every{{}, states_.size() < kMostStates};
    for (Block* const block : order_) {
      for (const std::uint64_t set : spills_[block]) every.blocks.push_back({block, set});
    }
    return every;
  }

 private:
  static constexpr std::size_t kMostStates = 1'000'000;

  struct Beginning {
    std::uint32_t shape = 0;
    Block* before = nullptr;  // of the run
    std::vector<const Block*> run;
  };

  void go(std::size_t stage, const Beginning& beginning) {
    if (!is_new(stage, beginning)) return;
    if (stage == space_.stages().size()) {
      end(beginning);
      return;
    }
    const Stage& s = space_.stages()[stage];
    const auto choices = [&](std::size_t gene) { return space_.genes()[gene].choices; };
    for (const double depth : has_depth(s.kind) ? choices(s.depth) : std::vector<double>{1}) {
      if (depth == 0) {
        go(stage + 1, beginning);
        continue;
      }
      each_choice(stage, [&](const BlockChoice& choice) {
        go_through(choice, static_cast<std::int64_t>(depth), beginning);
      });
    }
  }

  // Of the first layer of a stage.
  template <typename Visit>
  void each_choice(std::size_t stage, Visit visit) {
    const Stage& s = space_.stages()[stage];
    const auto choices = [&](std::size_t gene) {
      return static_cast<std::uint16_t>(space_.genes()[gene].choices.size());
    };
    for (std::uint16_t width = 0; width < choices(s.width); ++width) {
      for (std::uint16_t expansion = 0; expansion < choices(s.expansion); ++expansion) {
        for (std::uint32_t further = 0; further < space_.further_choices(s); ++further) {
          visit(BlockChoice{stage, true, width, expansion, further});
        }
      }
    }
  }

  void go_through(BlockChoice choice, std::int64_t depth, Beginning beginning) {
    for (std::int64_t i = 0; i < depth; ++i) {
      choice.is_first = i == 0;
      add(beginning, blocks_.find(choice, beginning.shape));
    }
    go(choice.stage + 1, beginning);
  }

  void end(Beginning beginning) {
    if (!space_.ends_in_pool()) {
      add(beginning, blocks_.find({space_.stages().size()}, beginning.shape));
    }
    if (!beginning.run.empty()) finish_run(beginning, nullptr);
  }

  void add(Beginning& beginning, Block& block) {
    if (spills_[&block].insert(0).second) order_.push_back(&block);
    beginning.shape = block.output_id;
    if (runs_.overflows(block)) {
      beginning.run.push_back(&block);
      return;
    }
    if (!beginning.run.empty()) finish_run(beginning, &block);
    beginning.before = &block;
    beginning.run.clear();
  }

  void finish_run(const Beginning& beginning, Block* after) {
    const RunSpills& spills = runs_.find(beginning.run);
    for (std::size_t i = 0; i < beginning.run.size(); ++i) {
      spills_[const_cast<Block*>(beginning.run[i])].insert(spills.spilled[i]);  // NOLINT
    }
    if (beginning.before != nullptr && spills.input()) before_runs_.insert(beginning.before);
    if (after != nullptr && spills.output(*beginning.run.back())) after_runs_.insert(after);
  }

  // A block between two runs may share a spilled tensor with either or both.
  void add_neighbours() {
    for (Block* const block : before_runs_) spills_[block].insert(output_bit(*block));
    for (Block* const block : after_runs_) {
      spills_[block].insert(1);
      if (before_runs_.count(block) > 0) spills_[block].insert(1 | output_bit(*block));
    }
  }

  bool is_new(std::size_t stage, const Beginning& b) {
    if (states_.size() >= kMostStates) return false;
    std::string key(reinterpret_cast<const char*>(b.run.data()), b.run.size() * sizeof(void*));
    key += std::to_string(reinterpret_cast<std::uintptr_t>(b.before)) + ' ' +
           std::to_string(stage) + ' ' + std::to_string(b.shape);
    return states_.insert(std::move(key)).second;
  }

  const Space& space_;
  BlockTable& blocks_;
  SpillRuns& runs_;
  std::unordered_set<std::string> states_;
  std::vector<Block*> order_;
  std::map<Block*, std::set<std::uint64_t>> spills_;
  std::set<Block*> before_runs_, after_runs_;
};

}  // namespace

EveryBlock every_block(const Space& space, BlockTable& blocks, SpillRuns& runs) {
  return Explorer(space, blocks, runs).explore();
}

}  // namespace h4h::nas
