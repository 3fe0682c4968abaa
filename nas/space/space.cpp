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
  for (const Stage& s : stages) used.insert(used.end(), {s.width, s.depth, s.expansion});
  std::sort(used.begin(), used.end());
  bool right = used.size() == genes.size();
  for (std::size_t i = 0; right && i < used.size(); ++i) right = used[i] == i;
  if (!right) {
    throw SpaceError("a space needs a resolution, then genes that each belong to one stage");
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
    adds.push_back(stage.kind == StageKind::mbconv && !stage.no_shortcut && stage.stride == 1 &&
                   own.size() == 1 && own == incoming);
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

std::string_view to_string(StageKind kind) {
  switch (kind) {
    case StageKind::conv:
      return "conv";
    case StageKind::mbconv:
      return "mbconv";
    case StageKind::vit:
      return "vit";
    case StageKind::basic:
      return "basic";
    case StageKind::mbpool:
      return "mbpool";
  }
  return "";
}

bool has_depth(StageKind kind) { return kind != StageKind::conv && kind != StageKind::mbpool; }
bool has_expansion(StageKind kind) { return kind != StageKind::conv && kind != StageKind::basic; }

bool operator==(const Gene& a, const Gene& b) { return a.name == b.name && a.choices == b.choices; }

Space::Space(std::string name, std::int64_t input_channels, std::int64_t classes,
             std::vector<Gene> genes, std::vector<Stage> stages)
    : name_(std::move(name)),
      input_channels_(input_channels),
      classes_(classes),
      genes_(std::move(genes)),
      stages_(std::move(stages)) {
  for (const Gene& gene : genes_) check(gene);
  check_each_gene_has_one_stage(genes_, stages_);
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
    sum +=
        std::log10(absent + (choices(s.depth) - absent) * choices(s.width) * choices(s.expansion));
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
    if (absent(stage, genotype)) genotype[stage.width] = genotype[stage.expansion] = 0;
  }
  return genotype;
}

std::int64_t Space::resolution(const Genotype& genotype) const { return whole(genotype, 0); }

double Space::value(const Genotype& genotype, std::size_t gene) const {
  return genes_.at(gene).choices.at(genotype.at(gene));
}

std::int64_t Space::whole(const Genotype& genotype, std::size_t gene) const {
  return std::llround(value(genotype, gene));
}

}  // namespace h4h::nas
