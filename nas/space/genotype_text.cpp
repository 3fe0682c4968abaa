#include <fmt/format.h>

#include <algorithm>

#include "base/json/json_events.hpp"
#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"
#include "nas/space/genotype_events.hpp"
#include "nas/space/space.hpp"

namespace h4h::nas {
namespace {

// A gene that is said of a stage, and its key.
struct Part {
  std::string_view key;
  std::size_t gene;
};

// What is said of a stage, in order.
std::vector<Part> parts(const Space& space, const Stage& stage) {
  std::vector<std::size_t> genes{stage.width};
  if (has_depth(stage.kind)) genes.push_back(stage.depth);
  if (has_expansion(stage.kind)) genes.push_back(stage.expansion);
  genes.insert(genes.end(), stage.further.begin(), stage.further.end());
  std::vector<Part> all;
  for (const std::size_t gene : genes) {
    all.push_back({to_string(space.genes()[gene].kind), gene});
  }
  return all;
}

// Slow, and names what is wrong.
class Reader {
 public:
  explicit Reader(const Space& space) : space_(space), genotype_(space.min()) {}

  Genotype read(const Document& root) {
    if (!root.is_object()) fail("must be an object such as " + space_.text(space_.min()));
    std::vector<std::string> known{"resolution"};
    for (const Stage& stage : space_.stages()) known.push_back(stage.name);
    check_keys("", root, known);
    choose("resolution", root, "resolution", 0);
    for (const Stage& stage : space_.stages()) read_stage(stage, root);
    return space_.canonical(genotype_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw SpaceError(fmt::format("genotype of {}: {}", space_.name(), message));
  }

  void check_keys(const std::string& where, const Document& object,
                  const std::vector<std::string>& known) const {
    for (const auto& [key, value] : object.members()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        fail(fmt::format("{}unknown key '{}'; allowed: {}", where, key, fmt::join(known, ", ")));
      }
    }
  }

  void read_stage(const Stage& stage, const Document& root) {
    const Document* const found = root.find(stage.name);
    if (found == nullptr) fail(stage.name + " is missing");
    if (!found->is_object()) fail(stage.name + " must be an object such as {\"width\":16}");
    std::vector<std::string> known;
    for (const Part& part : parts(space_, stage)) known.emplace_back(part.key);
    check_keys(stage.name + ": ", *found, known);
    if (has_depth(stage.kind)) choose(stage.name + ".depth", *found, "depth", stage.depth);
    const bool absent = space_.value(genotype_, stage.depth) == 0;
    for (const Part& part : parts(space_, stage)) {
      if (absent && !found->contains(part.key)) continue;
      choose(fmt::format("{}.{}", stage.name, part.key), *found, part.key, part.gene);
    }
  }

  void choose(const std::string& where, const Document& object, std::string_view key,
              std::size_t gene) {
    const Gene& of = space_.genes()[gene];
    const Document* const value = object.find(key);
    if (value == nullptr) fail(where + " is missing");
    const auto choice = find_choice(of, *value);
    if (!choice) {
      fail(fmt::format("{}: {} is not one of: {}", where, write_json(*value, JsonLayout::compact),
                       choices_text(of.kind, of.choices)));
    }
    genotype_[gene] = *choice;
  }

  const Space& space_;
  Genotype genotype_;
};

}  // namespace

Document Space::document(const Genotype& given) const {
  const Genotype genotype = canonical(given);
  Document all{{"resolution", resolution(genotype)}};
  for (const Stage& stage : stages_) {
    Document inside = Document::object();
    for (const Part& part : parts(*this, stage)) {
      if (absent(stage, genotype) && part.gene != stage.depth) continue;
      inside[part.key] = choice_document(genes_[part.gene].kind, value(genotype, part.gene));
    }
    all[stage.name] = std::move(inside);
  }
  return all;
}

Genotype Space::read(const Document& document) const { return Reader(*this).read(document); }

std::string Space::text(const Genotype& genotype) const {
  return write_json(document(genotype), JsonLayout::compact);
}

Genotype Space::parse(const std::string& text) const {
  GenotypeEvents events(*this);
  if (read_json_events(text, events)) return events.genotype();
  try {
    return read(parse_json(text));
  } catch (const JsonError& error) {
    throw SpaceError(fmt::format("genotype of {}: {}", name_, error.what()));
  }
}

}  // namespace h4h::nas
