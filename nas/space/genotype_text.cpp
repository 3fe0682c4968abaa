#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "nas/space/genotype_events.hpp"
#include "nas/space/space.hpp"

namespace h4h::nas {
namespace {

using nlohmann::json;

struct Part {
  const char* key;
  std::size_t gene;
};

// What is said of a stage, in order.
std::vector<Part> parts(const Stage& stage) {
  std::vector<Part> all{{"width", stage.width}};
  if (has_depth(stage.kind)) all.push_back({"depth", stage.depth});
  if (has_expansion(stage.kind)) all.push_back({"expansion", stage.expansion});
  return all;
}

constexpr int kDeepest = 1000;  // a message that repeats deeper text would need too much stack

// Sees keys go by while JSON is read; of two equal ones the later would win without a word.
class UniqueKeys {
 public:
  explicit UniqueKeys(std::string space) : space_(std::move(space)) {}

  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kDeepest) {
      throw SpaceError(
          fmt::format("genotype of {}: nested deeper than {} levels", space_, kDeepest));
    }
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key && !open_.back().insert(parsed).second) {
      throw SpaceError(fmt::format("genotype of {}: key {} is given twice", space_, parsed.dump()));
    }
    return true;
  }

 private:
  std::string space_;
  std::vector<std::set<std::string>> open_;
};

// Slow, and names what is wrong.
class Reader {
 public:
  explicit Reader(const Space& space) : space_(space), genotype_(space.min()) {}

  Genotype read(const json& root) {
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

  void check_keys(const std::string& where, const json& object,
                  const std::vector<std::string>& known) const {
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        fail(fmt::format("{}unknown key '{}'; allowed: {}", where, key, fmt::join(known, ", ")));
      }
    }
  }

  void read_stage(const Stage& stage, const json& root) {
    const auto found = root.find(stage.name);
    if (found == root.end()) fail(stage.name + " is missing");
    if (!found->is_object()) fail(stage.name + " must be an object such as {\"width\":16}");
    std::vector<std::string> known;
    for (const Part& part : parts(stage)) known.emplace_back(part.key);
    check_keys(stage.name + ": ", *found, known);
    if (has_depth(stage.kind)) choose(stage.name + ".depth", *found, "depth", stage.depth);
    const bool absent = space_.value(genotype_, stage.depth) == 0;
    for (const Part& part : parts(stage)) {
      if (absent && !found->contains(part.key)) continue;
      choose(fmt::format("{}.{}", stage.name, part.key), *found, part.key, part.gene);
    }
  }

  void choose(const std::string& where, const json& object, const std::string& key,
              std::size_t gene) {
    const std::vector<double>& choices = space_.genes()[gene].choices;
    const auto value = object.find(key);
    if (value == object.end()) fail(where + " is missing");
    const auto choice = value->is_number()
                            ? std::find(choices.begin(), choices.end(), value->get<double>())
                            : choices.end();
    if (choice == choices.end()) {
      fail(fmt::format("{}: {} is not one of: {}", where,
                       value->dump(-1, ' ', true, json::error_handler_t::replace),
                       fmt::join(choices, ", ")));
    }
    genotype_[gene] = static_cast<std::uint16_t>(choice - choices.begin());
  }

  const Space& space_;
  Genotype genotype_;
};

}  // namespace

std::string Space::text(const Genotype& given) const {
  const Genotype genotype = canonical(given);
  std::string line = fmt::format("{{\"resolution\":{}", resolution(genotype));
  for (const Stage& stage : stages_) {
    std::string inside;
    for (const Part& part : parts(stage)) {
      if (absent(stage, genotype) && part.gene != stage.depth) continue;
      inside += fmt::format("{}\"{}\":{}", inside.empty() ? "" : ",", part.key,
                            value(genotype, part.gene));
    }
    line += fmt::format(",\"{}\":{{{}}}", stage.name, inside);
  }
  return line + "}";
}

Genotype Space::parse(const std::string& text) const {
  GenotypeEvents events(*this);
  if (json::sax_parse(text, &events)) return events.genotype();
  const json root = json::parse(text, UniqueKeys(name_), false);
  if (root.is_discarded()) throw SpaceError(fmt::format("genotype of {}: not JSON", name_));
  return Reader(*this).read(root);
}

}  // namespace h4h::nas
