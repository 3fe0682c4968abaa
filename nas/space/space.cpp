#include "nas/space/space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace h4h::nas {
namespace {

bool ascending(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

void check(const Gene& gene) {
  if (!gene.choices.empty() && ascending(gene.choices) && gene.choices.front() >= 0 &&
      gene.choices.size() <= std::numeric_limits<std::uint16_t>::max()) {
    return;
  }
  throw SpaceError(fmt::format("gene {}: its choices must be ascending", gene.name));
}

void check_each_gene_has_one_stage(const std::vector<Gene>& genes,
                                   const std::vector<Stage>& stages) {
  std::vector<std::size_t> used{0};
  for (const Stage& s : stages) {
    used.insert(used.end(), {s.width, s.depth, s.expansion});
    used.insert(used.end(), s.further.begin(), s.further.end());
  }
  std::sort(used.begin(), used.end());
  bool right = used.size() == genes.size();
  for (std::size_t i = 0; right && i < used.size(); ++i) right = used[i] == i;
  if (!right) {
    throw SpaceError("a space needs a resolution, then genes that each belong to one stage");
  }
}

void set_kinds(std::vector<Gene>& genes, const std::vector<Stage>& stages) {
  genes.front().kind = GeneKind::resolution;
  for (const Stage& s : stages) {
    genes[s.width].kind = GeneKind::width;
    genes[s.depth].kind = GeneKind::depth;
    genes[s.expansion].kind = GeneKind::expansion;
  }
}

void check_further(const std::vector<Gene>& genes, const Stage& stage) {
  const std::vector<GeneKind>& allowed = further_kinds(stage.kind);
  auto next = allowed.begin();
  for (const std::size_t gene : stage.further) {
    next = std::find(next, allowed.end(), genes[gene].kind);
    if (next == allowed.end()) {
      throw SpaceError(fmt::format("gene {}: a {} stage has no such gene, or has it earlier",
                                   genes[gene].name, to_string(stage.kind)));
    }
    ++next;
  }
}

// Of each stage, by the numbers of channels that may come into it.
std::vector<bool> first_adds_input(std::int64_t input_channels, const std::vector<Gene>& genes,
                                   const std::vector<Stage>& stages) {
  std::set<double> incoming{static_cast<double>(input_channels)};
  std::vector<bool> adds;
  for (const Stage& stage : stages) {
    const std::vector<double>& widths = genes[stage.width].choices;
    const std::vector<double>& depths = genes[stage.depth].choices;
    const std::set<double> own(widths.begin(), widths.end());
    adds.push_back(stage.kind == StageKind::mbconv && stage.shortcut == StageShortcut::automatic &&
                   stage.stride == 1 && own.size() == 1 && own == incoming);
    if (stage.kind == StageKind::vit || depths.back() == 0) continue;  // channels stay
    if (depths.front() > 0) incoming.clear();
    incoming.insert(own.begin(), own.end());
  }
  return adds;
}

}  // namespace

std::string other_networks(int theirs) {
  return fmt::format(
      "for networks of version {}, in which the first layer of a stage had a shortcut wherever two "
      "widths happened to match; this H4H builds networks of version {}, in which it has one in "
      "all "
      "networks of a space or in none",
      theirs, kNetworksVersion);
}

Space::Space(std::string name, std::int64_t input_channels, std::int64_t classes,
             std::vector<Gene> genes, std::vector<Stage> stages)
    : name_(std::move(name)),
      input_channels_(input_channels),
      classes_(classes),
      genes_(std::move(genes)),
      stages_(std::move(stages)) {
  for (const Gene& gene : genes_) check(gene);
  check_each_gene_has_one_stage(genes_, stages_);
  set_kinds(genes_, stages_);
  for (const Stage& stage : stages_) check_further(genes_, stage);
  first_adds_input_ = nas::first_adds_input(input_channels_, genes_, stages_);
}

Genotype Space::min() const { return Genotype(genes_.size(), 0); }

Genotype Space::mid() const {
  Genotype genotype;
  for (const Gene& gene : genes_) {
    genotype.push_back(static_cast<std::uint16_t>((gene.choices.size() - 1) / 2));
  }
  return canonical(genotype);
}

Genotype Space::max() const {
  Genotype genotype;
  for (const Gene& gene : genes_) {
    genotype.push_back(static_cast<std::uint16_t>(gene.choices.size() - 1));
  }
  return canonical(genotype);
}

double Space::log10_size() const {
  double sum = std::log10(static_cast<double>(genes_.front().choices.size()));
  for (const Stage& s : stages_) {
    const auto choices = [&](std::size_t g) {
      return static_cast<double>(genes_[g].choices.size());
    };
    const double absent = genes_[s.depth].choices.front() == 0 ? 1 : 0;
    sum += std::log10(absent + (choices(s.depth) - absent) * choices(s.width) *
                                   choices(s.expansion) * further_choices(s));
  }
  return sum;
}

bool Space::absent(const Stage& stage, const Genotype& genotype) const {
  return value(genotype, stage.depth) == 0;
}

Genotype Space::canonical(Genotype genotype) const {
  bool fits = genotype.size() == genes_.size();
  for (std::size_t g = 0; fits && g < genes_.size(); ++g) {
    fits = genotype[g] < genes_[g].choices.size();
  }
  if (!fits) throw SpaceError(fmt::format("{}: a genotype of another space", name_));
  for (const Stage& stage : stages_) {
    if (!absent(stage, genotype)) continue;
    genotype[stage.width] = genotype[stage.expansion] = 0;
    for (const std::size_t gene : stage.further) genotype[gene] = 0;
  }
  return genotype;
}

std::uint32_t Space::further_choices(const Stage& stage) const {
  std::uint32_t choices = 1;
  for (const std::size_t gene : stage.further) {
    choices *= static_cast<std::uint32_t>(genes_[gene].choices.size());
  }
  return choices;
}

std::uint32_t Space::further(const Stage& stage, const Genotype& genotype) const {
  std::uint32_t choice = 0;
  for (const std::size_t gene : stage.further) {
    choice = choice * static_cast<std::uint32_t>(genes_[gene].choices.size()) + genotype[gene];
  }
  return choice;
}

std::int64_t Space::resolution(const Genotype& genotype) const { return whole(genotype, 0); }

double Space::value(const Genotype& genotype, std::size_t gene) const {
  return genes_.at(gene).choices.at(genotype.at(gene));
}

std::int64_t Space::whole(const Genotype& genotype, std::size_t gene) const {
  return std::llround(value(genotype, gene));
}

}  // namespace h4h::nas
