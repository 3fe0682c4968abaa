#include "nas/cost/cost_table.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "models/energy/energy.hpp"
#include "nas/cost/every_block.hpp"
#include "nas/space/each_block.hpp"

namespace h4h::nas {
namespace {

using platforms::Overflow;

constexpr double kRounding = 1e-12;  // of sums of costs, relative

}  // namespace

CostTable::CostTable(const Space& space, platforms::Platform platform, sim::Objective objective,
                     sim::JobResults& results)
    : space_(space),
      platform_(std::move(platform)),
      objective_(objective),
      simulated_(space, platform_, objective, results),
      runs_(platform_.hardware.sram.size_bytes),
      area_mm2_(
          models::area(platforms::devices_of(platform_.hardware), platform_.coefficients).total()) {
  const bool blocks = platform_.hardware.more.empty() && BlockTable::separable(platform_.hardware);
  if (blocks && objective != sim::Objective::edp) {
    blocks_ = std::make_unique<BlockTable>(space, platform_, objective, results);
    tallies_.resize(blocks_->active_choices().size());
  }
}

std::vector<Cost> CostTable::evaluate(const std::vector<Genotype>& candidates) {
  if (!blocks_) return simulated_.evaluate(candidates);
  std::vector<Cost> costs;
  costs.reserve(candidates.size());
  for (const Genotype& candidate : candidates) {
    costs.push_back(compiled(space_.canonical(candidate)));
  }
  return costs;
}

Cost CostTable::compiled(const Genotype& canonical) {
  walk(canonical);
  if (!is_compiled()) return simulated_.evaluate({canonical}).front();  // it says why, or cascades
  tally();
  return cheapest();
}

void CostTable::walk(const Genotype& canonical) {
  steps_.clear();
  const std::int64_t side = space_.resolution(canonical);
  std::uint32_t shape = blocks_->shape_id({side, side, space_.input_channels()});
  each_block(space_, canonical, [&](const BlockChoice& choice, std::int64_t times) {
    Block& block = blocks_->find(choice, shape);
    steps_.push_back({&block, times});
    shape = block.output_id;
  });
}

bool CostTable::spills_whole() const {
  const platforms::Sram& sram = platform_.hardware.sram;
  return sram.overflow == Overflow::spill && sram.schedule == platforms::Schedule::layer;
}

bool CostTable::is_compiled() const { return spills_whole() || !overflows(); }

bool CostTable::overflows() const {
  return std::any_of(steps_.begin(), steps_.end(),
                     [&](const Step& step) { return runs_.overflows(*step.block); });
}

std::vector<const Block*> CostTable::blocks_in_order() const {
  std::vector<const Block*> blocks;
  for (const Step& step : steps_) {
    blocks.insert(blocks.end(), static_cast<std::size_t>(step.times), step.block);
  }
  return blocks;
}

void CostTable::tally() {
  costs_.clear();
  std::fill(tallies_.begin(), tallies_.end(), Tally{});
  const auto add = [&](const BlockCosts& costs, const Tally* cheapest, std::int64_t times) {
    costs_.insert(costs_.end(), static_cast<std::size_t>(times), &costs);
    for (std::size_t p = 0; p < tallies_.size(); ++p) tallies_[p].add(cheapest[p], times);
  };
  if (!overflows()) {
    for (const Step& step : steps_) {
      const BlockCosts& costs = blocks_->costs(*step.block, 0);
      add(costs, step.block->cheapest_in_sram, step.times);
    }
    return;
  }
  const std::vector<std::uint64_t> spills = spills_of(runs_, blocks_in_order());
  std::size_t b = 0;
  for (const Step& step : steps_) {
    for (std::int64_t i = 0; i < step.times; ++i) {
      const BlockCosts& costs = blocks_->costs(*step.block, spills[b++]);
      add(costs, costs.cheapest.data(), 1);
    }
  }
}

void CostTable::begin(const std::vector<Genotype>& candidates) {
  if (!simulated_.results().has_workers()) return;
  std::set<std::pair<const Block*, std::uint64_t>> begun;  // networks share most of their blocks
  for (const Genotype& candidate : candidates) {
    if (!blocks_) {
      simulated_.begin(candidate);
      continue;
    }
    walk(space_.canonical(candidate));
    if (!is_compiled()) {
      simulated_.begin(candidate);
      continue;
    }
    const std::vector<const Block*> blocks = blocks_in_order();
    const std::vector<std::uint64_t> spills = spills_of(runs_, blocks);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (begun.emplace(blocks[i], spills[i]).second) blocks_->begin(*blocks[i], spills[i]);
    }
  }
}

std::optional<CostTable::Precomputed> CostTable::precompute(
    const std::function<void(std::size_t, std::size_t)>& progress) {
  if (!blocks_) return std::nullopt;
  EveryBlock every = every_block(space_, *blocks_, runs_);
  if (!spills_whole()) {
    const auto spills = [&](const PlacedBlock& b) {
      return b.spilled != 0 || runs_.overflows(*b.block);
    };
    every.blocks.erase(std::remove_if(every.blocks.begin(), every.blocks.end(), spills),
                       every.blocks.end());
  }
  const std::size_t count = every.blocks.size();
  constexpr std::size_t kAhead = 64;
  std::size_t begun = 0;
  std::unordered_set<std::string> jobs;
  for (std::size_t i = 0; i < count; ++i) {
    for (; begun < std::min(count, i + kAhead); ++begun) {
      blocks_->begin(*every.blocks[begun].block, every.blocks[begun].spilled);
    }
    blocks_->simulate(*every.blocks[i].block, every.blocks[i].spilled, jobs);
    progress(i + 1, count);
  }
  return Precomputed{static_cast<std::int64_t>(count), static_cast<std::int64_t>(jobs.size()),
                     every.all};
}

double CostTable::cost(const Tally& tally, std::size_t active) const {
  if (objective_ == sim::Objective::latency) return static_cast<double>(tally.time().count);
  const std::int64_t macros = tally.on_macros ? blocks_->active_choices()[active].macros() : 0;
  return models::energy_of(tally.counts(), tally.time(), macros, platform_.coefficients).total();
}

// As the mapper chooses: of equal costs what powers less, so what comes later. What cannot cost
// less than the best that fits for sure is not looked at.
Cost CostTable::cheapest() {
  const auto fits = [&](std::size_t p) {
    return tallies_[p].words() <= blocks_->capacity_words(p);
  };
  double least = cost(tallies_.front(), 0);
  for (std::size_t p = 1; p < tallies_.size(); ++p) {
    if (fits(p)) least = std::min(least, cost(tallies_[p], p));
  }
  std::size_t best = 0;
  Tally chosen = tallies_.front();
  double best_cost = cost(chosen, 0);
  for (std::size_t p = 1; p < tallies_.size(); ++p) {
    if (cost(tallies_[p], p) > least * (1 + kRounding)) continue;
    const Tally tally = fits(p) ? tallies_[p] : within_capacity(p);
    const double now = cost(tally, p);
    least = std::min(least, now);
    if (now < best_cost || (now == best_cost && chosen.on_macros && tally.on_macros)) {
      best = p;
      chosen = tally;
      best_cost = now;
    }
  }
  return cost_of(chosen, best);
}

Tally CostTable::within_capacity(std::size_t active) const {
  std::vector<std::vector<sim::Choice>> choices;
  std::vector<const std::vector<LayerOption>*> options;
  for (const BlockCosts* block : costs_) {
    for (const std::vector<LayerOption>& layer : block->layers[active]) {
      options.push_back(&layer);
      std::vector<sim::Choice>& all = choices.emplace_back();
      for (const LayerOption& option : layer) all.push_back(option.choice);
    }
  }
  const std::vector<std::size_t> picks =
      sim::choose_within(choices, blocks_->capacity_words(active));
  Tally tally;
  for (std::size_t i = 0; i < picks.size(); ++i) {
    const LayerOption& option = (*options[i])[picks[i]];
    tally.add(*option.result, option.choice.words, option.on_macros);
  }
  return tally;
}

Cost CostTable::cost_of(const Tally& tally, std::size_t active) const {
  const std::int64_t macros = tally.on_macros ? blocks_->active_choices()[active].macros() : 0;
  return {to_seconds(tally.time()),
          models::energy_of(tally.counts(), tally.time(), macros, platform_.coefficients).total(),
          area_mm2_, std::nullopt};
}

}  // namespace h4h::nas
