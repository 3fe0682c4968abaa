#include "nas/space/genotype_events.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "workloads/blocks/activation_function.hpp"

namespace h4h::nas {
namespace {

// No gene has so many choices.
constexpr auto kUnset = std::numeric_limits<std::uint16_t>::max();
constexpr auto kNoGene = std::numeric_limits<std::size_t>::max();

}  // namespace

GenotypeEvents::GenotypeEvents(const Space& space)
    : space_(space), genotype_(space.genes().size(), kUnset), gene_(kNoGene) {}

bool GenotypeEvents::start_object(std::size_t) {
  if (!open_) return open_ = true;
  if (inside_ || stage_ == nullptr) return false;
  return inside_ = true;
}

// Of a key that comes twice the gene, of a stage that does its width, is set already.
bool GenotypeEvents::key(const std::string& name) {
  if (!inside_ && name != "resolution") {
    stage_ = stage_of(name);
    return stage_ != nullptr && unset(stage_->width);
  }
  gene_ = inside_ ? gene_of(name) : 0;
  return gene_ != kNoGene && unset(gene_);
}

bool GenotypeEvents::number(double value) {
  if (gene_ == kNoGene) return false;
  const GeneKind kind = space_.genes()[gene_].kind;
  if (kind == GeneKind::activation || kind == GeneKind::se) return false;
  return choose(kind, value);
}

bool GenotypeEvents::boolean(bool value) { return choose(GeneKind::se, value ? 1 : 0); }

bool GenotypeEvents::string(const std::string& text) {
  const auto function = enum_named<workloads::ActivationFunction>(text);
  return function && choose(GeneKind::activation, static_cast<double>(*function));
}

bool GenotypeEvents::choose(GeneKind kind, double value) {
  if (gene_ == kNoGene || space_.genes()[gene_].kind != kind) return false;
  const auto choice = find_value(space_.genes()[gene_], value);
  if (choice) genotype_[std::exchange(gene_, kNoGene)] = *choice;
  return choice.has_value();
}

bool GenotypeEvents::end_object() {
  if (inside_) {
    inside_ = false;
    return settle(*std::exchange(stage_, nullptr));
  }
  return complete_ = std::find(genotype_.begin(), genotype_.end(), kUnset) == genotype_.end();
}

bool GenotypeEvents::unset(std::size_t gene) const { return genotype_[gene] == kUnset; }

const Stage* GenotypeEvents::stage_of(const std::string& name) {
  const std::vector<Stage>& stages = space_.stages();
  const auto has_name = [&](const Stage& stage) { return stage.name == name; };
  if (next_ == stages.size() || !has_name(stages[next_])) {
    const auto found = std::find_if(stages.begin(), stages.end(), has_name);
    if (found == stages.end()) return nullptr;
    next_ = static_cast<std::size_t>(found - stages.begin());
  }
  return &stages[next_++];
}

std::size_t GenotypeEvents::gene_of(const std::string& name) const {
  if (name == "width") return stage_->width;
  if (name == "depth" && has_depth(stage_->kind)) return stage_->depth;
  if (name == "expansion" && has_expansion(stage_->kind)) return stage_->expansion;
  for (const std::size_t gene : stage_->further) {
    if (name == to_string(space_.genes()[gene].kind)) return gene;
  }
  return kNoGene;
}

// Gives the genes of a stage that has been read their value where it needs none in the text.
bool GenotypeEvents::settle(const Stage& stage) {
  if (!has_depth(stage.kind)) genotype_[stage.depth] = 0;
  if (!has_expansion(stage.kind)) genotype_[stage.expansion] = 0;
  if (unset(stage.depth)) return false;
  const bool absent = space_.value(genotype_, stage.depth) == 0;
  if (absent) {
    genotype_[stage.width] = genotype_[stage.expansion] = 0;
    for (const std::size_t gene : stage.further) genotype_[gene] = 0;
  }
  const auto is_set = [&](std::size_t gene) { return !unset(gene); };
  return is_set(stage.width) && is_set(stage.expansion) &&
         std::all_of(stage.further.begin(), stage.further.end(), is_set);
}

}  // namespace h4h::nas
