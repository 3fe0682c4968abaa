#include "nas/space/reduction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace h4h::nas {
namespace {

// The place of the stage of this name; behind the last where there is none.
std::size_t place_of(const Space& space, const std::string& name) {
  const auto& stages = space.stages();
  return static_cast<std::size_t>(
      std::find_if(stages.begin(), stages.end(), [&](const Stage& s) { return s.name == name; }) -
      stages.begin());
}

// The gene of a kind among the further ones of a stage; nullopt where it has none.
std::optional<std::size_t> further_gene(const Space& space, const Stage& stage, GeneKind kind) {
  for (const std::size_t gene : stage.further) {
    if (space.genes()[gene].kind == kind) return gene;
  }
  return std::nullopt;
}

std::vector<double> choices_of(const Space& space, const Stage& stage, GeneKind kind) {
  const auto gene = further_gene(space, stage, kind);
  return gene ? space.genes()[*gene].choices : std::vector<double>{default_choice(stage, kind)};
}

class Check {
 public:
  Check(const Space& whole, const Space& part) : whole_(whole), part_(part) {}

  void run() const {
    if (whole_.input_channels() != part_.input_channels()) {
      fail(fmt::format("{} input channels instead of {}", part_.input_channels(),
                       whole_.input_channels()));
    }
    if (whole_.classes() != part_.classes()) {
      fail(fmt::format("{} classes instead of {}", part_.classes(), whole_.classes()));
    }
    compare("resolution", 0, 0);
    stages();
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw SpaceError(
        fmt::format("space {} is no reduction of {}: {}", part_.name(), whole_.name(), why));
  }

  void compare(const std::string& what, std::size_t whole, std::size_t part) const {
    const Gene& theirs = whole_.genes()[whole];
    compare(what, theirs.kind, theirs.choices, part_.genes()[part].choices);
  }

  void compare(const std::string& what, GeneKind kind, const std::vector<double>& allowed,
               const std::vector<double>& choices) const {
    for (const double choice : choices) {
      if (std::find(allowed.begin(), allowed.end(), choice) == allowed.end()) {
        fail(fmt::format("{} {} is not one of: {}", what, choices_text(kind, {choice}),
                         choices_text(kind, allowed)));
      }
    }
  }

  // Every stage of the whole space in order, with the next one of the part.
  void stages() const {
    for (const Stage& ours : part_.stages()) {
      if (place_of(whole_, ours.name) == whole_.stages().size()) {
        fail(fmt::format("there is no stage {}", ours.name));
      }
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < whole_.stages().size(); ++i) {
      const Stage& theirs = whole_.stages()[i];
      if (next == part_.stages().size() || part_.stages()[next].name != theirs.name) {
        if (!has_depth(theirs.kind) || whole_.genes()[theirs.depth].choices.front() != 0) {
          fail(fmt::format("stage {} is missing, or not in its place", theirs.name));
        }
        continue;
      }
      stage(i, next++);
    }
    if (next < part_.stages().size()) {
      fail(fmt::format("stage {} is not in its place", part_.stages()[next].name));
    }
  }

  void stage(std::size_t whole, std::size_t part) const {
    const Stage &theirs = whole_.stages()[whole], &ours = part_.stages()[part];
    if (theirs.kind != ours.kind) {
      fail(fmt::format("stage {} is {} instead of {}", ours.name, to_string(ours.kind),
                       to_string(theirs.kind)));
    }
    if (theirs.stride != ours.stride) {
      fail(fmt::format("stage {}: stride {} instead of {}", ours.name, ours.stride, theirs.stride));
    }
    compare(fmt::format("stage {}: width", ours.name), theirs.width, ours.width);
    compare(fmt::format("stage {}: depth", ours.name), theirs.depth, ours.depth);
    compare(fmt::format("stage {}: expansion", ours.name), theirs.expansion, ours.expansion);
    for (const GeneKind kind : further_kinds(ours.kind)) {
      compare(fmt::format("stage {}: {}", ours.name, to_string(kind)), kind,
              choices_of(whole_, theirs, kind), choices_of(part_, ours, kind));
    }
    compare_shortcuts(whole, part);
  }

  void compare_shortcuts(std::size_t whole, std::size_t part) const {
    const Stage &theirs = whole_.stages()[whole], &ours = part_.stages()[part];
    const bool projects = ours.shortcut == StageShortcut::projection;
    if (projects != (theirs.shortcut == StageShortcut::projection)) {
      fail(fmt::format("stage {}: its first layer has {}projection", ours.name,
                       projects ? "a " : "no "));
    }
    if (whole_.first_adds_input(whole) && !part_.first_adds_input(part)) {
      fail(fmt::format("stage {}: its first layer has no shortcut", ours.name));
    }
  }

  const Space &whole_, &part_;
};

Space with_shortcuts_of(const Space& whole, const Space& part) {
  std::vector<Stage> stages = part.stages();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const bool there = whole.first_adds_input(place_of(whole, stages[i].name));
    if (part.first_adds_input(i) && !there) stages[i].shortcut = StageShortcut::none;
  }
  return {part.name(), part.input_channels(), part.classes(), part.genes(), std::move(stages)};
}

// That `value` is among the choices has been checked.
std::uint16_t choice_of(const Space& space, std::size_t gene, double value) {
  return find_value(space.genes()[gene], value).value();
}

}  // namespace

Reduction::Reduction(const Space& whole, const Space& part)
    : whole_(whole), space_((Check(whole, part).run(), with_shortcuts_of(whole, part))) {}

Genotype Reduction::in_whole(const Genotype& given) const {
  const Genotype genotype = space_.canonical(given);
  Genotype there = whole_.min();  // stages that the part lacks have depth 0 there
  there[0] = choice_of(whole_, 0, space_.value(genotype, 0));
  for (const Stage& ours : space_.stages()) {
    const Stage& theirs = whole_.stages()[place_of(whole_, ours.name)];
    for (const auto gene : {&Stage::width, &Stage::depth, &Stage::expansion}) {
      there[theirs.*gene] = choice_of(whole_, theirs.*gene, space_.value(genotype, ours.*gene));
    }
    for (const std::size_t gene : theirs.further) {
      const GeneKind kind = whole_.genes()[gene].kind;
      const auto own = further_gene(space_, ours, kind);
      there[gene] =
          choice_of(whole_, gene, own ? space_.value(genotype, *own) : default_choice(ours, kind));
    }
  }
  return whole_.canonical(there);
}

}  // namespace h4h::nas
