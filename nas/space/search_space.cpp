#include "nas/space/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace h4h::nas {

std::size_t SearchSpace::choices(std::size_t gene) const {
  const std::size_t own = networks_->genes().size();
  return gene < own ? networks_->genes()[gene].choices.size() : chips_.at(gene - own).values.size();
}

std::size_t SearchSpace::open_genes() const {
  std::size_t open = 0;
  for (std::size_t gene = 0; gene < genes(); ++gene) open += choices(gene) > 1 ? 1 : 0;
  return open;
}

double SearchSpace::log10_size() const {
  return networks_->log10_size() + std::log10(static_cast<double>(chip_count()));
}

Genotype SearchSpace::network(const Genotype& candidate) const {
  if (candidate.size() != genes()) {
    throw SpaceError(fmt::format("{}: a genotype of another search", networks_->name()));
  }
  return {candidate.begin(), candidate.end() - static_cast<std::ptrdiff_t>(chips_.size())};
}

std::size_t SearchSpace::chip(const Genotype& candidate) const {
  const std::size_t own = networks_->genes().size();
  std::size_t index = 0;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    index = index * chips_[i].values.size() + candidate.at(own + i);
  }
  return index;
}

std::size_t SearchSpace::chip_count() const {
  std::size_t count = 1;
  for (const ChipGene& gene : chips_) count *= gene.values.size();
  return count;
}

std::vector<std::string> SearchSpace::chip_values(const Genotype& candidate) const {
  const std::size_t own = networks_->genes().size();
  std::vector<std::string> values;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    values.push_back(chips_[i].values.at(candidate.at(own + i)));
  }
  return values;
}

Genotype SearchSpace::on_first_chip(const Genotype& network) const {
  Genotype candidate = network;
  candidate.resize(genes(), 0);
  return candidate;
}

Genotype SearchSpace::on_last_chip(const Genotype& network) const {
  Genotype candidate = network;
  for (const ChipGene& gene : chips_) {
    candidate.push_back(static_cast<std::uint16_t>(gene.values.size() - 1));
  }
  return candidate;
}

Genotype SearchSpace::joined(Genotype network, const Genotype& chip_of) const {
  network.insert(network.end(), chip_of.end() - static_cast<std::ptrdiff_t>(chips_.size()),
                 chip_of.end());
  return network;
}

Genotype SearchSpace::canonical(const Genotype& candidate) const {
  Genotype checked = joined(networks_->canonical(network(candidate)), candidate);
  for (std::size_t gene = networks_->genes().size(); gene < genes(); ++gene) {
    if (checked[gene] >= choices(gene)) {
      throw SpaceError(fmt::format("{}: a genotype of another search", networks_->name()));
    }
  }
  return checked;
}

std::uint16_t SearchSpace::draw(std::size_t chip_gene, Random& random) const {
  return static_cast<std::uint16_t>(random.below(chips_[chip_gene].values.size()));
}

Genotype SearchSpace::sample(Random& random) const {
  Genotype candidate = networks_->sample(random);
  for (std::size_t i = 0; i < chips_.size(); ++i) candidate.push_back(draw(i, random));
  return candidate;
}

std::vector<std::size_t> SearchSpace::open_chips() const {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < chips_.size(); ++i) {
    if (chips_[i].values.size() > 1) open.push_back(i);
  }
  return open;
}

// One gene changes at least: of the chip alone as often as its genes are of all.
Genotype SearchSpace::mutate(const Genotype& candidate, double probability, Random& random) const {
  const std::vector<std::size_t> open = open_chips();
  if (open.empty())
    return joined(networks_->mutate(network(candidate), probability, random), candidate);
  const std::size_t own = networks_->genes().size();
  Genotype after = candidate;
  if (random.below(open_genes()) < open.size()) {
    const std::size_t gene = open[random.below(open.size())];
    const auto other = static_cast<std::uint16_t>(random.below(chips_[gene].values.size() - 1));
    std::uint16_t& value = after[own + gene];
    value = other < value ? other : static_cast<std::uint16_t>(other + 1);
    return after;
  }
  after = joined(networks_->mutate(network(candidate), probability, random), candidate);
  for (const std::size_t gene : open) {
    if (random.uniform() < probability) after[own + gene] = draw(gene, random);
  }
  return after;
}

Genotype SearchSpace::crossover(const Genotype& a, const Genotype& b, Random& random) const {
  Genotype child = networks_->crossover(network(a), network(b), random);
  for (std::size_t gene = child.size(); gene < genes(); ++gene) {
    child.push_back(random.below(2) == 0 ? a[gene] : b[gene]);
  }
  return child;
}

std::vector<Genotype> SearchSpace::enumerate() const {
  std::vector<Genotype> all = networks_->enumerate();
  for (const ChipGene& gene : chips_) {
    std::vector<Genotype> longer;
    for (const Genotype& candidate : all) {
      for (std::size_t value = 0; value < gene.values.size(); ++value) {
        longer.push_back(candidate);
        longer.back().push_back(static_cast<std::uint16_t>(value));
      }
    }
    all = std::move(longer);
  }
  return all;
}

}  // namespace h4h::nas
