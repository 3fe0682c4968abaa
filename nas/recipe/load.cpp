#include "nas/recipe/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/json/json_writer.hpp"
#include "base/program_files.hpp"
#include "base/text/nearest.hpp"
#include "base/yaml/file.hpp"
#include "nas/recipe/settings.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;
using yaml::Fields;
using yaml::Node;

constexpr yaml::FileKind kKind{"recipe file", "a map with phases"};
constexpr std::size_t kMaxPhases = 32;
constexpr std::size_t kMaxDepth = 16;  // of files that lead to each other
constexpr yaml::Range kSteps{1, 100'000'000}, kEpochs{1, 1'000'000};

using Files = std::vector<std::string>;  // that led to the one that is read

struct DraftPhase {
  std::string name;
  Start start = Start::random;
  std::vector<Change> changes{};
  std::optional<std::int64_t> steps{}, epochs{};
  std::shared_ptr<const Recipe> compute_of{};
};

struct Draft {
  std::string name{}, summary{};
  std::optional<std::int64_t> steps{}, epochs{};
  std::vector<Change> changes{};
  std::vector<DraftPhase> phases{};
};

Recipe load(const fs::path& file, const Files& chain);

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

void check_name(Fields& fields, const std::string& name) {
  if (name.size() > 64 || !std::all_of(name.begin(), name.end(), is_plain)) {
    fields.problem(fields.line(), "a name is at most 64 letters, digits, -, _ and .");
  }
}

std::optional<std::int64_t> length(Fields& fields, const char* key, yaml::Range range) {
  const Node* const node = fields.find(key);
  if (node == nullptr) return std::nullopt;
  return fields.number_of(*node, key, range);
}

// The file that `name` stands for in `file`: beside it, with or without .yaml, or shipped.
fs::path beside(const fs::path& file, const std::string& name) {
  for (const char* const ending : {"", ".yaml"}) {
    fs::path path = file.parent_path() / (name + ending);
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return path;
  }
  return file_or_shipped(name, "recipes");
}

// A file of its own, or what it changes in the file that it extends.
class File {
 public:
  File(const Node& root, std::string path, Draft base, bool extends, Files chain)
      : top_(root, "", problems_),
        path_(std::move(path)),
        draft_(std::move(base)),
        extends_(extends),
        chain_(std::move(chain)) {}

  Draft read() {
    top_.find("extends");
    draft_.name = top_.text_or("name", fs::path(path_).stem().string());
    check_name(top_, draft_.name);
    draft_.summary = top_.text_or("summary", "");
    read_total();
    read_settings(top_, draft_.changes);
    if (!extends_) top_.require("phases", "a list of phases");
    if (const Node* const phases = top_.find("phases")) read_phases(*phases);
    top_.finish();
    check_compute();
    if (problems_.count() > 0) throw RecipeError(problems_.text(path_));
    return std::move(draft_);
  }

 private:
  void read_total() {
    const auto steps = length(top_, "steps", kSteps), epochs = length(top_, "epochs", kEpochs);
    if (steps && epochs) top_.problem(top_.line(), "steps and epochs: give one of them");
    if (!steps && !epochs) return;
    draft_.steps = steps;
    draft_.epochs = epochs;
  }

  static void read_settings(Fields& fields, std::vector<Change>& changes) {
    for (const Setting& setting : settings()) {
      const Node* const node = fields.find(setting.key);
      if (node != nullptr) changes.push_back(setting.read(fields, *node));
    }
  }

  void read_phases(const Node& list) {
    if (!list.is_list() || list.items.empty() || list.items.size() > kMaxPhases) {
      return top_.problem(list.line, fmt::format("phases must be a list of 1..{}", kMaxPhases));
    }
    std::set<std::string> seen;
    for (const Node& item : list.items) {
      if (!item.is_map()) {
        top_.problem(item.line, "phases: every entry is a map, {name: ..., epochs: ...}");
        continue;
      }
      const Node* const name = item.value("name");
      const std::string word = name != nullptr && name->is_text() ? name->text : "";
      Fields fields(item, word.empty() ? "phase" : fmt::format("phase '{}'", word), problems_);
      fields.text("name", "a name that no other phase has");
      check_name(fields, word);
      if (!word.empty() && !seen.insert(word).second) {
        fields.problem(item.line, "its name is taken by a phase above");
      }
      extends_ ? change_phase(fields, word) : add_phase(fields, word);
    }
  }

  void change_phase(Fields& fields, const std::string& name) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < draft_.phases.size(); ++i) {
      if (draft_.phases[i].name == name) {
        read_phase(fields, draft_.phases[i], i == 0);
        return;
      }
      names.push_back(draft_.phases[i].name);
    }
    fields.problem(fields.line(), fmt::format("the file that this one extends has no such phase; "
                                              "it has: {}",
                                              fmt::join(names, ", ")));
  }

  void add_phase(Fields& fields, const std::string& name) {
    const bool first = draft_.phases.empty();
    DraftPhase phase{name, first ? Start::random : Start::previous};
    const bool any = read_phase(fields, phase, first);
    if (!any) {
      fields.problem(fields.line(), "its length is missing: epochs, steps or compute_of");
    }
    draft_.phases.push_back(std::move(phase));
  }

  // Whether it gives a length.
  bool read_phase(Fields& fields, DraftPhase& phase, bool first) {
    read_start(fields, phase, first);
    read_settings(fields, phase.changes);
    const bool any = read_length(fields, phase);
    fields.finish();
    return any;
  }

  static void read_start(Fields& fields, DraftPhase& phase, bool first) {
    const Node* const node = fields.find("start");
    if (node == nullptr) return;
    const std::vector<Start> allowed = first ? std::vector{Start::random, Start::run}
                                             : std::vector{Start::previous, Start::random};
    const std::string key = first ? "start of the first phase" : "start of a later phase";
    phase.start = allowed.at(fields.word(*node, key, yaml::words_of(allowed)));
  }

  bool read_length(Fields& fields, DraftPhase& phase) {
    const auto steps = length(fields, "steps", kSteps), epochs = length(fields, "epochs", kEpochs);
    const Node* const other = fields.find("compute_of");
    const int given = (steps ? 1 : 0) + (epochs ? 1 : 0) + (other != nullptr ? 1 : 0);
    if (given > 1) {
      fields.problem(fields.line(), "epochs, steps and compute_of: give one of them");
    }
    if (given == 0) return false;
    phase.steps = steps;
    phase.epochs = epochs;
    phase.compute_of = other == nullptr ? nullptr : recipe_at(fields, *other);
    return true;
  }

  std::shared_ptr<const Recipe> recipe_at(Fields& fields, const Node& node) {
    if (!node.is_text() || node.text.empty()) {
      fields.problem(node.line, "compute_of must name a recipe");
      return nullptr;
    }
    try {
      return std::make_shared<const Recipe>(load(beside(path_, node.text), chain_));
    } catch (const RecipeError& error) {
      fields.problem(node.line, fmt::format("compute_of '{}': {}", node.text, error.what()));
      return nullptr;
    }
  }

  // As it is when everything is read.
  void check_compute() {
    const bool equal = std::any_of(draft_.phases.begin(), draft_.phases.end(),
                                   [](const DraftPhase& phase) { return phase.compute_of; });
    if (equal && draft_.phases.size() > 1) {
      top_.problem(top_.line(), "a phase with compute_of must be the only phase");
    }
    if (equal && (draft_.steps || draft_.epochs)) {
      top_.problem(top_.line(), "steps and epochs of all phases do not go with compute_of");
    }
  }

  Problems problems_;
  Fields top_;
  std::string path_;
  Draft draft_;
  bool extends_;
  Files chain_;
};

Draft read_draft(const fs::path& path, Files chain);

// `chain`: with this file.
Draft draft_of(const Node& root, const fs::path& path, const Files& chain) {
  const Node* const base = root.value("extends");
  if (base == nullptr) return File(root, path.string(), {}, false, chain).read();
  const std::string at = fmt::format("{}:{}: extends ", path.string(), base->line);
  if (!base->is_text() || base->text.empty()) throw RecipeError(at + "must name a recipe file");
  const fs::path from = beside(path, base->text);
  std::error_code ignored;
  if (!fs::is_regular_file(from, ignored)) {
    throw RecipeError(fmt::format("{}'{}': not found beside the file, and not shipped{}", at,
                                  base->text, did_you_mean(base->text, shipped_names("recipes"))));
  }
  return File(root, path.string(), read_draft(from, chain), true, chain).read();
}

Draft read_draft(const fs::path& path, Files chain) {
  const std::string text = yaml::text_of<RecipeError>(path, kKind);
  const std::string own = fs::weakly_canonical(path).string();
  if (std::find(chain.begin(), chain.end(), own) != chain.end()) {
    throw RecipeError(fmt::format("{}: leads back to itself", path.string()));
  }
  chain.push_back(own);
  if (chain.size() > kMaxDepth) {
    throw RecipeError(fmt::format("{}: reached more than {} files deep", path.string(), kMaxDepth));
  }
  return draft_of(yaml::root_of<RecipeError>(text, path, kKind), path, chain);
}

// A phase's own settings come behind those of all phases.
Recipe finished(Draft draft) {
  Recipe recipe{draft.name, draft.summary, draft.steps, draft.epochs, {}};
  for (DraftPhase& from : draft.phases) {
    Phase phase;
    for (const Change& change : draft.changes) change(phase);
    for (const Change& change : from.changes) change(phase);
    phase.name = std::move(from.name);
    phase.start = from.start;
    phase.steps = from.steps;
    phase.epochs = from.epochs;
    phase.compute_of = std::move(from.compute_of);
    recipe.phases.push_back(std::move(phase));
  }
  return recipe;
}

Recipe load(const fs::path& file, const Files& chain) { return finished(read_draft(file, chain)); }

}  // namespace

Recipe load_recipe(const std::string& path) { return load(file_or_shipped(path, "recipes"), {}); }

Recipe parse_recipe(const std::string& text, const std::string& file) {
  const Node root = yaml::root_of<RecipeError>(text, file, kKind);
  if (const Node* const base = root.value("extends")) {
    throw RecipeError(fmt::format("{}:{}: must stand alone", file, base->line));
  }
  Recipe recipe = finished(File(root, file, {}, false, {}).read());
  for (const Phase& phase : recipe.phases) {
    if (!phase.steps) throw RecipeError(fmt::format("{}: {} has no steps", file, phase.name));
  }
  return recipe;
}

std::string format_recipe(const Recipe& recipe) {
  std::string text = fmt::format("name: {}\nphases:\n", json_string(recipe.name));
  for (const Phase& phase : recipe.phases) {
    text += fmt::format("  - name: {}\n    steps: {}\n    start: {}\n", json_string(phase.name),
                        phase.steps.value(), to_string(phase.start));
    for (const Setting& setting : settings()) {
      text += fmt::format("    {}: {}\n", setting.key, setting.write(phase));
    }
  }
  return text;
}

}  // namespace h4h::nas
