#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nas/space/space.hpp"

namespace h4h::nas {

std::uint16_t Space::draw(std::size_t gene, Random& random) const {
  return static_cast<std::uint16_t>(random.below(genes_[gene].choices.size()));
}

Genotype Space::sample(Random& random) const {
  Genotype genotype;
  for (std::size_t g = 0; g < genes_.size(); ++g) genotype.push_back(draw(g, random));
  return canonical(genotype);
}

Genotype Space::awakened(const Genotype& before, Genotype after, Random& random) const {
  for (const Stage& stage : stages_) {
    if (!absent(stage, before) || absent(stage, after)) continue;
    after[stage.width] = draw(stage.width, random);
    after[stage.expansion] = draw(stage.expansion, random);
    for (const std::size_t gene : stage.further) after[gene] = draw(gene, random);
  }
  return canonical(after);
}

Genotype Space::mutate(const Genotype& genotype, double probability, Random& random) const {
  const Genotype before = canonical(genotype);
  Genotype after = before;
  for (std::size_t g = 0; g < genes_.size(); ++g) {
    if (random.uniform() < probability) after[g] = draw(g, random);
  }
  after = awakened(before, after, random);
  return after == before ? change_one(before, random) : after;
}

Genotype Space::change_one(const Genotype& genotype, Random& random) const {
  std::vector<std::size_t> open{0};
  for (const Stage& stage : stages_) {
    open.push_back(stage.depth);
    if (absent(stage, genotype)) continue;
    open.insert(open.end(), {stage.width, stage.expansion});
    open.insert(open.end(), stage.further.begin(), stage.further.end());
  }
  const auto fixed = [&](std::size_t g) { return genes_[g].choices.size() == 1; };
  open.erase(std::remove_if(open.begin(), open.end(), fixed), open.end());
  if (open.empty()) return genotype;
  const std::size_t gene = open[random.below(open.size())];
  Genotype after = genotype;
  const auto other = static_cast<std::uint16_t>(random.below(genes_[gene].choices.size() - 1));
  after[gene] = other < genotype[gene] ? other : static_cast<std::uint16_t>(other + 1);
  return awakened(genotype, after, random);
}

Genotype Space::crossover(const Genotype& a, const Genotype& b, Random& random) const {
  const Genotype one = canonical(a), two = canonical(b);
  Genotype child;
  for (std::size_t g = 0; g < genes_.size(); ++g) {
    child.push_back(random.below(2) == 0 ? one[g] : two[g]);
  }
  for (const Stage& stage : stages_) {
    if (absent(stage, one) == absent(stage, two)) continue;
    const Genotype& present = absent(stage, one) ? two : one;
    child[stage.width] = present[stage.width];
    child[stage.expansion] = present[stage.expansion];
    for (const std::size_t gene : stage.further) child[gene] = present[gene];
  }
  return canonical(child);
}

std::vector<Genotype> Space::enumerate(std::size_t limit) const {
  if (std::pow(10, log10_size()) > static_cast<double>(limit) + 0.5) {
    throw SpaceError(fmt::format("{} has 10^{:.1f} networks; at most {} are listed", name_,
                                 log10_size(), limit));
  }
  std::vector<Genotype> all{min()};
  const auto vary = [&](const std::vector<std::size_t>& genes) {
    for (const std::size_t g : genes) {
      const std::size_t known = all.size();
      for (std::size_t choice = 1; choice < genes_[g].choices.size(); ++choice) {
        for (std::size_t i = 0; i < known; ++i) {
          all.push_back(all[i]);
          all.back()[g] = static_cast<std::uint16_t>(choice);
        }
      }
    }
  };
  vary({0});
  for (const Stage& stage : stages_) {
    vary({stage.depth});
    const auto present =
        std::partition(all.begin(), all.end(), [&](const Genotype& g) { return absent(stage, g); });
    std::vector<Genotype> without(all.begin(), present);
    all.erase(all.begin(), present);
    vary({stage.width, stage.expansion});
    vary(stage.further);
    all.insert(all.end(), without.begin(), without.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace h4h::nas
