#pragma once

#include <optional>
#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/goal.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/mapping/pins.hpp"
#include "sim/mapping/shares.hpp"
#include "sim/mapping/tradeoff.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// What a mapping takes in all; and of a goal, what is minimised and what is limited.
struct Totals {
  double picoseconds = 0, joules = 0;
};
// In joules or picoseconds.
std::optional<double> limit_of(const Goal& goal);
double minimised(const Goal& goal, const Totals& totals);
bool keeps(const Goal& goal, const Totals& totals);

// With all that layers hand on to later ones.
Totals totals_of(LayerCosts& costs, const platforms::Platform& platform,
                 const workloads::Network& network, const Mapping& mapping);

// The best shares for one number of macros and units in use, each layer as if nothing came from the
// one before. The bound takes in what may come.
class ShareSearch {
 public:
  ShareSearch(LayerCosts& costs, const platforms::Platform& platform,
              const workloads::Network& network, const Goal& goal, const Pins& pins);

  struct Candidate {
    Mapping mapping;
    double cost = 0, bound = 0;  // of what the goal minimises
  };

  // nullopt where nothing keeps the limit, or what is pinned needs others or more.
  std::optional<Candidate> best(std::int64_t macros, std::int64_t units);

  // The least of what the goal limits, over all calls, in joules or picoseconds.
  double least_limited() const { return least_limited_; }

 private:
  struct Table {
    std::vector<std::vector<Split>> splits;
    Alternatives costs;  // picoseconds and joules
  };
  std::vector<std::int64_t> channel_choices(std::size_t layer, std::int64_t macros) const;
  // What weights of a layer may do during the one before: nothing, or whatever serves it better of
  // nothing and all of them coming.
  enum class Ahead { nothing, better };
  Table table(std::int64_t macros, std::int64_t units, Ahead ahead);
  JobResult cost_of(LayerJob job, Ahead ahead);
  // Words that are left beside those of pinned layers; negative where they do not fit.
  std::int64_t free_words(std::int64_t macros) const;
  std::optional<Compromise> choose(const Alternatives& costs, std::int64_t capacity);

  LayerCosts& costs_;
  const platforms::Platform& platform_;
  Goal goal_;
  const Pins& pins_;
  std::vector<workloads::LayerShape> layers_;
  std::vector<LayerContext> contexts_;
  double least_limited_;
};

}  // namespace h4h::sim
