#pragma once

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text/hash.hpp"
#include "nas/search/checkpoint.hpp"
#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas::testing {

inline Space shipped_space(const std::string& name) {
  return load_space((tests::source_dir() / "nas/spaces" / (name + ".yaml")).string());
}

// A chip in closed form: each layer takes the longer of computing and moving bytes, at a rate that
// depends on the kind of layer, and something to start.
inline Cost analytic_cost(const workloads::Network& network) {
  Cost cost;
  for (const workloads::Layer& layer : network.layers) {
    const workloads::LayerShape shape = workloads::layer_shape(network, layer);
    const bool depthwise = std::holds_alternative<workloads::DepthwiseConv2d>(layer.op);
    const double macs = static_cast<double>(workloads::macs(shape));
    const double bytes = static_cast<double>(workloads::parameters(layer, shape) +
                                             shape.input().elements() + shape.output.elements());
    cost.latency_s += std::max(macs / (depthwise ? 16e9 : 128e9), bytes / 4e9) + 0.1e-6;
    cost.energy_j += macs * 0.5e-12 + bytes * 2e-12;
  }
  return cost;
}

// Saturates with work, likes a balance of transformers and convolutions, prefers the higher
// resolution only for larger networks, and has a little noise that only the genotype decides.
inline double synthetic_accuracy(const Space& space, const Genotype& genotype,
                                 const workloads::Network& network) {
  double vit = 0, conv = 0;
  for (const workloads::Layer& layer : network.layers) {
    vit += layer.block == workloads::Block::vit ? 1 : 0;
    conv += layer.block == workloads::Block::mbconv ? 1 : 0;
  }
  const double size = std::log10(static_cast<double>(workloads::macs(network)));
  const double balance = vit / (vit + conv) - 0.4;
  const double resolution = space.value(genotype, 0) / space.value(space.max(), 0) - 0.8;
  const double noise =
      static_cast<double>(std::stoull(text_hash(space.text(genotype)).substr(0, 8), nullptr, 16)) *
      0x1p-32;
  return 0.9 - 0.5 * std::exp(-2.0 * (size - 4.8)) - 0.08 * balance * balance +
         0.02 * (size - 6) * resolution + 0.004 * noise;
}

// Both in closed form, remembered: a world in which searches take milliseconds.
class SyntheticWorld {
 public:
  explicit SyntheticWorld(const Space& space) : space_(space) {}

  const Candidate& look_at(const Genotype& genotype) {
    auto known = memo_.find(genotype);
    if (known == memo_.end()) {
      const workloads::Network network = space_.network(genotype);
      const Candidate candidate{genotype, analytic_cost(network),
                                synthetic_accuracy(space_, genotype, network)};
      known = memo_.emplace(genotype, candidate).first;
    }
    return known->second;
  }

  class Costs : public FitnessOracle {
   public:
    explicit Costs(SyntheticWorld& world) : world_(world) {}
    std::vector<Cost> evaluate(const std::vector<Genotype>& candidates) override {
      std::vector<Cost> all;
      for (const Genotype& g : candidates) all.push_back(world_.look_at(g).cost);
      asked += candidates.size();
      return all;
    }
    std::size_t asked = 0;

   private:
    SyntheticWorld& world_;
  };

  class Accuracies : public Accuracy {
   public:
    explicit Accuracies(SyntheticWorld& world) : world_(world) {}
    std::vector<double> evaluate(const std::vector<Genotype>& candidates) override {
      std::vector<double> all;
      for (const Genotype& g : candidates) all.push_back(*world_.look_at(g).accuracy);
      asked += candidates.size();
      return all;
    }
    std::size_t asked = 0;

   private:
    SyntheticWorld& world_;
  };

  Costs costs{*this};
  Accuracies accuracy{*this};

 private:
  const Space& space_;
  std::map<Genotype, Candidate> memo_;
};

struct Trial {
  Space space = shipped_space("toy");
  SyntheticWorld world{space};
  Problem problem;
  SearchSettings settings;

  explicit Trial(Algorithm algorithm = Algorithm::nsga2) {
    settings.algorithm = algorithm;
    settings.population = 16;
    settings.evaluations = 150;
    settings.seed = 7;
  }

  Search search(SearchState state) {
    return {space, problem, settings, world.costs, world.accuracy, std::move(state), {space.min()}};
  }
  Description description() const {
    return describe(space, "chip 1", "table 1", problem, settings);
  }
  SearchState resume(const std::string& text) const {
    return parse_checkpoint(text, {description(), space, problem, settings});
  }
  double median_latency() {
    std::vector<double> latencies;
    for (const Genotype& g : space.enumerate())
      latencies.push_back(world.look_at(g).cost.latency_s);
    std::nth_element(latencies.begin(), latencies.begin() + 17'000, latencies.end());
    return latencies[17'000];
  }
};

inline SearchState finished(Trial& trial, SearchState state) {
  Search search = trial.search(std::move(state));
  while (search.step()) {
  }
  return search.state();
}

}  // namespace h4h::nas::testing
