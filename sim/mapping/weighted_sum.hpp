#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "sim/mapping/tradeoff.hpp"

namespace h4h::sim {

// Alternatives of which some costs are bounds until they are asked for.
class CostTable {
 public:
  // Keeps a reference to `exact`, which has to outlive it.
  CostTable(Alternatives layers, const ExactCosts& exact)
      : layers_(std::move(layers)), exact_(exact) {}

  std::size_t size() const { return layers_.size(); }
  const std::vector<TwoCosts>& operator[](std::size_t layer) const { return layers_[layer]; }
  const Alternatives& layers() const { return layers_; }

  // Returns whether the costs were bounds before.
  bool settle(std::size_t layer, std::size_t pick) {
    if (layers_[layer][pick].exact) return false;
    layers_[layer][pick] = exact_(layer, pick);
    return true;
  }

 private:
  Alternatives layers_;
  const ExactCosts& exact_;
};

Compromise sum_of(const CostTable& layers, std::vector<std::size_t> picks);

// The least weighted sum within the capacity; nullopt where it is above `most`.
std::optional<Compromise> least_sum(CostTable& layers, const Words& capacity,
                                    const Weights& weights, double most);
Compromise least_sum(CostTable& layers, const Words& capacity, const Weights& weights);

// No choice within the capacity has a weighted sum below this: what the Lagrangian relaxation
// tells.
double sum_bound(const Alternatives& layers, const Words& capacity, const Weights& weights);

}  // namespace h4h::sim
