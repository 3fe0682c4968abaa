#include "sim/mapping/cascade_search.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "models/energy/energy.hpp"
#include "sim/mapping/layer_options.hpp"
#include "sim/mapping/shares.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using workloads::Network;

// Bounds the time of the search. Those of Arm's compiler have at most eight layers
// (tests/reference/npu_cascades.csv).
constexpr std::size_t kMostLayers = 16;

// How much dearer than estimated a stripe is assumed to be.
constexpr double kStripePrices[] = {0, 1, 4, 16};

// Picoseconds and joules as one number to be minimised. Of a product, its logarithm near `whole`.
double weighed(const Goal& goal, const TwoCosts& costs, const TwoCosts& whole) {
  if (goal.objective == Objective::latency) return costs.first;
  if (goal.objective == Objective::energy) return costs.second;
  return costs.first / whole.first + costs.second / whole.second;
}

class Proposals {
 public:
  Proposals(LayerCosts& costs, const platforms::Platform& platform, const Network& network,
            const Goal& goal, const Mapping& base, Spill by)
      : platform_(platform),
        network_(network),
        goal_(goal),
        base_(base),
        by_(by),
        rules_(network),
        shapes_(layer_shapes(network)),
        whole_placement_(place_in_sram(network)),
        whole_(shapes_.size()),
        spilling_(shapes_.size()) {
    Mapping by_tensors = base;
    by_tensors.spill = Spill::tensors;
    for (const StripeJob& step : stripe_jobs(platform.hardware, network, by_tensors)) {
      whole_[step.stripe.layer] = in_sram(costs, step.job);
    }
    for (const StripeJob& step : stripe_jobs(platform.hardware, network, base)) {
      const TwoCosts costs_of_it =
          costs_of(costs.cost(step.job), base.active, platform.coefficients);
      add(spilling_[step.stripe.layer], costs_of_it);
      add(all_, costs_of_it);
    }
    find_candidates();
  }

  // The shortest path through the network; none where nothing may spill and something must.
  std::vector<Cascade> cheapest(double stripe_price, bool may_spill) const {
    const std::size_t layers = shapes_.size();
    std::vector<double> least(layers + 1, std::numeric_limits<double>::infinity());
    std::vector<const Candidate*> by(layers + 1, nullptr);
    least[0] = 0;
    for (std::size_t i = 0; i < layers; ++i) {
      const TwoCosts& alone = overflows(i) ? spilling_[i] : whole_[i];
      if (may_spill || !overflows(i)) {
        relax(least, by, i, i + 1, weighed(goal_, alone, all_), nullptr);
      }
      const auto [begin, end] = candidates_.equal_range(i);
      for (auto c = begin; c != end; ++c) {
        if (!may_spill && c->second.spilled_bytes > 0) continue;
        relax(least, by, i, c->second.cascade.last + 1, price(c->second, stripe_price), &c->second);
      }
    }
    std::vector<Cascade> cascades;
    if (std::isinf(least[layers])) return cascades;
    for (std::size_t i = layers; i > 0;) {
      if (by[i] == nullptr) {
        --i;
        continue;
      }
      cascades.push_back(by[i]->cascade);
      i = by[i]->cascade.first;
    }
    std::reverse(cascades.begin(), cascades.end());
    return cascades;
  }

 private:
  struct Candidate {
    Cascade cascade;
    std::vector<std::int64_t> stripes;  // of each of its layers
    std::vector<std::int64_t> rows;     // that they make, of each of its layers
    std::int64_t spilled_bytes = 0;  // read or written by it, of tensors that must leave the SRAM
  };

  static void add(TwoCosts& sum, const TwoCosts& costs) {
    sum.first += costs.first;
    sum.second += costs.second;
  }

  static void relax(std::vector<double>& least, std::vector<const Candidate*>& by, std::size_t from,
                    std::size_t to, double cost, const Candidate* candidate) {
    if (least[from] + cost >= least[to]) return;
    least[to] = least[from] + cost;
    by[to] = candidate;
  }

  TwoCosts in_sram(LayerCosts& costs, LayerJob job) const {
    job.context.output_level = MemoryLevel::sram;
    std::fill(job.context.input_levels.begin(), job.context.input_levels.end(), MemoryLevel::sram);
    return costs_of(costs.cost(job), base_.active, platform_.coefficients);
  }

  std::int64_t size() const { return platform_.hardware.sram.size_bytes; }
  bool overflows(std::size_t layer) const { return whole_placement_.alive_bytes[layer] > size(); }
  // Bytes that are too many while it runs; none where it fits.
  std::int64_t excess(const Cascade& cascade) const {
    return std::max<std::int64_t>(0,
                                  alive_in(place_in_sram(network_, {cascade}), cascade) - size());
  }

  // Stored bytes of what the cascade reads from outside and of what it leaves, largest first.
  std::vector<std::int64_t> outer_bytes(const Cascade& cascade) const {
    std::set<workloads::TensorId> made, outer;
    for (std::size_t i = cascade.first; i <= cascade.last; ++i) {
      for (const workloads::TensorId id : network_.layers[i].inputs) {
        if (made.count(id) == 0) outer.insert(id);
      }
      made.insert(network_.layers[i].output);
    }
    outer.insert(network_.layers[cascade.last].output);
    std::vector<std::int64_t> bytes;
    for (const workloads::TensorId id : outer) {
      bytes.push_back(
          models::stored_bytes(network_.tensors[id].shape, whole_placement_.layouts[id]));
    }
    std::sort(bytes.begin(), bytes.end(), std::greater<>());
    return bytes;
  }

  // Every cascade that fits and has a layer that overflows by itself.
  void find_candidates() {
    for (std::size_t first = 0; first < shapes_.size(); ++first) {
      const std::size_t end = std::min(rules_.longest(first), first + kMostLayers - 1);
      bool overflow = overflows(first);
      for (std::size_t last = first + 1; last <= end; ++last) {
        overflow = overflow || overflows(last);
        if (overflow && rules_.refusal(first, last).empty()) {
          add_candidate({first, last, 1, platform_.hardware.sram.halo});
        }
      }
    }
  }

  // With the tallest stripes that fit beside as few of its inputs and its output as must be. By
  // rows, also with the lowest stripes, and only the rows that are too many spill.
  void add_candidate(Cascade cascade) {
    const std::int64_t least = excess(cascade);
    std::int64_t spillable = 0;
    for (const std::int64_t bytes : outer_bytes(cascade)) {
      if (spillable >= least) break;
      spillable += bytes;
    }
    if (spillable < least) return;
    if (by_ == Spill::rows && least > 0) add_priced(cascade, least);
    cascade.rows = tallest(cascade, spillable);
    add_priced(cascade, by_ == Spill::rows ? excess(cascade) : spillable);
  }

  // The most rows of its last layer whose stripes exceed the SRAM by no more than `spilled` bytes,
  // as those of one row do; fewer than all, which are no stripes.
  std::int64_t tallest(Cascade cascade, std::int64_t spilled) const {
    std::int64_t low = 1, high = shapes_[cascade.last].output.height;
    while (high - low > 1) {
      cascade.rows = (low + high) / 2;
      (excess(cascade) <= spilled ? low : high) = cascade.rows;
    }
    return low;
  }

  void add_priced(const Cascade& cascade, std::int64_t spilled) {
    const std::vector<std::int64_t> none(cascade.last - cascade.first + 1);
    Candidate candidate{cascade, none, none, spilled};
    for (const Stripe& stripe : cascade_stripes(network_, cascade)) {
      ++candidate.stripes[stripe.layer - cascade.first];
      candidate.rows[stripe.layer - cascade.first] += stripe.rows.size();
    }
    candidates_.emplace(cascade.first, std::move(candidate));
  }

  double price(const Candidate& candidate, double stripe_price) const {
    const platforms::Memory& external = platform_.hardware.external;
    const platforms::Energy& energy = platform_.coefficients.energy;
    TwoCosts sum;
    sum.first = static_cast<double>(
        models::transfer_time(candidate.spilled_bytes, external.bandwidth).count);
    sum.second = static_cast<double>(candidate.spilled_bytes) * energy.external_byte;
    for (std::size_t k = 0; k < candidate.stripes.size(); ++k) {
      const std::size_t layer = candidate.cascade.first + k;
      const TwoCosts each = another_stripe(layer);
      const double more = stripe_price * static_cast<double>(candidate.stripes[k] - 1);
      const double times = static_cast<double>(candidate.rows[k]) /
                           static_cast<double>(shapes_[layer].output.height);
      sum.first += times * whole_[layer].first + more * each.first;
      sum.second += times * whole_[layer].second + more * each.second;
    }
    return weighed(goal_, sum, all_);
  }

  // What one more stripe of a layer costs.
  TwoCosts another_stripe(std::size_t layer) const {
    const platforms::Hardware& chip = platform_.hardware;
    const std::int64_t npu = base_.layers[layer].channels(platforms::kNpu);
    const std::int64_t bytes =
        npu == 0 ? 0 : workloads::weight_bytes(workloads::share_of(shapes_[layer], npu));
    const Picoseconds weights = models::transfer_time(bytes, chip.weights.bandwidth);
    const Picoseconds fixed{chip.noc.warm_up_ps + 2 * chip.sram.latency_ps};
    const bool ride = chip.npu.weights_port == platforms::WeightsPort::noc;
    const platforms::Energy& energy = platform_.coefficients.energy;
    const double joules =
        static_cast<double>(bytes) * (energy.weight_byte + (ride ? energy.noc_byte : 0));
    return {static_cast<double>((weights + fixed).count), joules, {}};
  }

  const platforms::Platform& platform_;
  const Network& network_;
  const Goal& goal_;
  const Mapping& base_;
  Spill by_;
  CascadeRules rules_;
  std::vector<workloads::LayerShape> shapes_;
  Placement whole_placement_;               // of whole layers, with everything in the SRAM
  std::vector<TwoCosts> whole_, spilling_;  // of each layer, in the SRAM and as `base` has it
  TwoCosts all_;
  std::multimap<std::size_t, Candidate> candidates_;  // by first layer
};

}  // namespace

std::vector<std::vector<Cascade>> propose_cascades(LayerCosts& costs,
                                                   const platforms::Platform& platform,
                                                   const Network& network, const Goal& goal,
                                                   const Mapping& base, Spill by) {
  std::vector<std::vector<Cascade>> sets;
  const auto add = [&](std::vector<Cascade> set) {
    const bool known = std::find(sets.begin(), sets.end(), set) != sets.end();
    if (!set.empty() && !known) sets.push_back(std::move(set));
  };
  const bool may_spill = platform.hardware.sram.overflow == platforms::Overflow::spill;
  const Proposals proposals(costs, platform, network, goal, base, by);
  for (const double price : kStripePrices) {
    if (may_spill) add(proposals.cheapest(price, true));
    if (by == Spill::tensors) add(proposals.cheapest(price, false));
  }
  return sets;
}

}  // namespace h4h::sim
