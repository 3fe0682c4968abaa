#pragma once

#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/goal.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/mapping/pins.hpp"
#include "sim/mapping/shares.hpp"
#include "sim/mapping/tradeoff.hpp"
#include "sim/network/fold.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What a mapping takes in all; and of a goal, what is minimised and what is limited.
struct Totals {
  double picoseconds = 0, joules = 0;
};
// In joules or picoseconds.
double minimised(const Goal& goal, const Totals& totals);
double limited(const Goal& goal, const Totals& totals);
// The limit; infinite where there is none. By the rounding of sums above what the goal says.
double limit_of(const Goal& goal);

// With all that layers hand on to later ones.
Totals totals_of(LayerCosts& costs, const platforms::Platform& platform,
                 const workloads::Network& network, const Mapping& mapping);

// Mappings for numbers of macros and units in use of each device, each layer chosen by what it
// costs by itself. Shares are simulated where their lower bounds cannot rule them out; what is
// found is the same as if all were. Layers that share weights, which the macros hold once, take the
// same shares unless some of them are pinned. Where a layer's weights may be prefetched during its
// predecessor, its cost depends on that layer: shares are chosen as if nothing were prefetched, and
// again as if all that helps were.
class ShareSearch {
 public:
  // The mappings have `cascades` and `spill`; all stripes of a layer have the same shares.
  ShareSearch(LayerCosts& costs, const platforms::Platform& platform,
              const workloads::Network& network, const Goal& goal, const Pins& pins, Effort effort,
              std::vector<Cascade> cascades = {}, Spill spill = Spill::tensors);

  // Numbers of macros and units in use of each device, and what there is to choose from with them.
  struct Numbers {
    ActiveDevices active;
    Words free;                              // that pinned layers leave
    std::vector<std::vector<Split>> splits;  // of each group of layers that are mapped alike
    Alternatives costs;                      // picoseconds and joules of each split, at the least
    // No mapping has less of what is minimised; 0 where layers hand something on to later ones.
    double bound = 0;
    bool relaxed = false;
    SupportLines lines{};  // of the relaxations, where a product is minimised
  };
  // Nothing where the pinned layers do not fit. The bound is that of layers by themselves.
  std::optional<Numbers> numbers(const ActiveDevices& active);
  // To what the words that are free leave in reach; for numbers whose bound then is above `most` it
  // may end early. False where there is nothing to raise.
  bool raise_bound(Numbers& numbers, double most) const;
  // For a bound of numbers against what a mapping costs.
  static bool is_above(double bound, double most);

  struct Found {
    std::vector<Mapping> mappings;  // that may keep the limit, or have the least of what it limits
    // Nothing that keeps the limit and is worth finding has less of what is minimised; none where
    // nothing does.
    std::optional<double> bound;
  };
  // What takes more than `most` of what is minimised need not be found.
  Found search(Numbers numbers, double most);

  // Lets workers begin with what the searches above will ask for in all likelihood.
  void begin();

 private:
  using Group = std::vector<std::size_t>;  // layers that are mapped alike
  enum class Ahead { nothing, all_that_helps };

  void add_part(const StripeJob& step);
  std::vector<Split> splits(std::size_t layer, const ActiveDevices& active) const;
  // Those that all layers of a group may have.
  std::vector<Split> splits(const Group& group, const ActiveDevices& active) const;
  // Words that are left beside those of pinned layers; nullopt where those do not fit.
  std::optional<std::int64_t> free_words(DeviceId id, std::int64_t macros) const;
  std::optional<Words> free_words(const ActiveDevices& active) const;
  void add_choices(Numbers& numbers, Ahead ahead);
  Words words_of(std::size_t layer, const Split& split);
  // Bounds, but for results that are known.
  TwoCosts bounds_of(const LayerJob& job, const ActiveDevices& active);
  TwoCosts exact_costs_of(const LayerJob& job, const ActiveDevices& active);
  template <typename CostsOfJob>
  TwoCosts costs_of(const Group& group, const Split& split, Ahead ahead, CostsOfJob costs_of_job);
  std::optional<double> add_best(const Numbers& numbers, Ahead ahead, double most, Found& found);
  void begin(std::size_t layer, const std::vector<ActiveDevices>& choices);
  Mapping mapping_of(const Numbers& numbers, const std::vector<std::size_t>& picks) const;

  LayerCosts& costs_;
  const platforms::Platform& platform_;
  Goal goal_;
  Pins pins_;
  Effort effort_;
  // Of a layer, itself or its stripes: equal ones together.
  struct Part {
    LayerJob job;  // of the split that is looked at
    std::int64_t times = 1;
  };

  std::vector<Cascade> cascades_;
  Spill spill_;
  std::vector<workloads::LayerShape> layers_;
  std::vector<std::vector<Part>> parts_;  // of each layer
  HeldWords held_;                        // nothing yet
  std::vector<Group> groups_;
  bool separable_;  // layers hand nothing on to later ones
  std::vector<DeviceId> of_macros_;
  // Words of shares that were asked for, of each layer: by device, channels and macros.
  std::vector<std::map<std::tuple<DeviceId, std::int64_t, std::int64_t>, std::int64_t>> words_;
};

}  // namespace h4h::sim
