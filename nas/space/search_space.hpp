#pragma once

#include <string>
#include <vector>

#include "nas/space/space.hpp"

namespace h4h::nas {

// A key of the platform file that a search varies, and its values as texts with units.
struct ChipGene {
  std::string key;
  std::vector<std::string> values;
};

// What a search varies: the genes of a network and, behind them, those of the chip that it runs on.
// Without genes of the chip, genotypes and random draws are those of the space of networks.
class SearchSpace {
 public:
  // Keeps a reference to `networks`. Implicit: a space of networks is a search space.
  SearchSpace(const Space& networks, std::vector<ChipGene> chips = {})  // NOLINT(*-explicit-*)
      : networks_(&networks), chips_(std::move(chips)) {}

  const Space& networks() const { return *networks_; }
  const std::vector<ChipGene>& chips() const { return chips_; }

  std::size_t genes() const { return networks_->genes().size() + chips_.size(); }
  std::size_t choices(std::size_t gene) const;
  std::size_t open_genes() const;  // with more than one choice
  double log10_size() const;

  // The network of a candidate, a genotype of `networks()`.
  Genotype network(const Genotype& candidate) const;
  // Which of the chips it runs on: the combinations of all values in order, the last key fastest.
  std::size_t chip(const Genotype& candidate) const;
  std::size_t chip_count() const;
  // Values of the keys of a candidate's chip.
  std::vector<std::string> chip_values(const Genotype& candidate) const;
  // A network on the chip of the first value of every key, or of the last.
  Genotype on_first_chip(const Genotype& network) const;
  Genotype on_last_chip(const Genotype& network) const;

  // As those of Space.
  Genotype canonical(const Genotype& candidate) const;
  Genotype sample(Random& random) const;
  Genotype mutate(const Genotype& candidate, double probability, Random& random) const;
  Genotype crossover(const Genotype& a, const Genotype& b, Random& random) const;
  std::vector<Genotype> enumerate() const;

 private:
  std::uint16_t draw(std::size_t chip_gene, Random& random) const;
  std::vector<std::size_t> open_chips() const;
  Genotype joined(Genotype network, const Genotype& chip_of) const;

  const Space* networks_;
  std::vector<ChipGene> chips_;
};

}  // namespace h4h::nas
