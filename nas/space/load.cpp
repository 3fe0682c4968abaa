#include "nas/space/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "base/program_files.hpp"
#include "base/yaml/file.hpp"
#include "nas/space/choices.hpp"
#include "workloads/blocks/activation_function.hpp"
#include "workloads/blocks/vit_block.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;
using yaml::Fields;
using yaml::Node;
using Choices = std::vector<double>;

constexpr yaml::FileKind kKind{"space file",
                               "a map with input_channels, classes, resolution and stages"};
constexpr std::size_t kMaxStages = 200;
constexpr std::size_t kMaxDepth = 16;  // of files that extend each other
constexpr Allowed kResolution{1, 4096, 1}, kWidth{1, 65536, 1}, kDepth{0, 64, 1},
    kExpansion{0.001, 64, 0.001};
constexpr Allowed kKernel{1, 32, 1};
constexpr std::int64_t kMaxStride = 8, kMaxStemStride = 32;
constexpr Allowed kHeads{workloads::kHeadChannels, 65536, workloads::kHeadChannels};

struct DraftStage {
  std::string name;
  StageKind kind = StageKind::conv;
  std::int64_t stride = 1;
  StageShortcut shortcut = StageShortcut::automatic;
  Choices width{1}, depth{1}, expansion{1};
  std::map<GeneKind, Choices> further;
};

struct Draft {
  std::string name;
  std::int64_t input_channels = 3, classes = 1;
  Choices resolution{1};
  std::vector<DraftStage> stages;
};

void read_into(Choices& choices, Fields& fields, const char* key, const Allowed& allowed) {
  if (const Node* const node = fields.find(key)) {
    choices = read_choices(fields, key, *node, allowed);
  }
}

// A file of its own, or what it changes in the file that it extends.
class File {
 public:
  File(const Node& root, const std::string& path, Draft base, bool extends)
      : top_(root, "", problems_), path_(path), draft_(std::move(base)), extends_(extends) {}

  Draft read() {
    top_.find("extends");
    draft_.name = top_.text_or("name", fs::path(path_).stem().string());
    need("input_channels", "a whole number 1..64");
    draft_.input_channels = top_.number("input_channels", {1, 64}, draft_.input_channels);
    need("classes", "a whole number 1..1000000");
    draft_.classes = top_.number("classes", {1, 1'000'000}, draft_.classes);
    need("resolution", "sides of the input image, such as [192, 224]");
    read_into(draft_.resolution, top_, "resolution", kResolution);
    need("stages", "a list of stages");
    if (const Node* const stages = top_.find("stages")) read_stages(*stages);
    top_.finish();
    if (problems_.count() > 0) throw SpaceError(problems_.text(path_));
    return std::move(draft_);
  }

 private:
  void need(const char* key, const char* hint) {
    if (!extends_) top_.require(key, hint);
  }

  void read_stages(const Node& list) {
    if (!list.is_list() || list.items.empty() || list.items.size() > kMaxStages) {
      return top_.problem(list.line, fmt::format("stages must be a list of 1..{}", kMaxStages));
    }
    std::set<std::string> seen;
    for (const Node& item : list.items) {
      if (!item.is_map()) {
        top_.problem(item.line, "stages: every entry is a map, {name: ..., width: ...}");
        continue;
      }
      const Node* const name = item.value("name");
      const std::string word = name != nullptr && name->is_text() ? name->text : "";
      Fields fields(item, word.empty() ? "stage" : fmt::format("stage '{}'", word), problems_);
      fields.text("name", "a name that no other stage has");
      if (!word.empty() && !seen.insert(word).second) {
        fields.problem(item.line, "its name is taken by a stage above");
      }
      extends_ ? change_stage(fields, word) : add_stage(fields, word, item, list);
    }
  }

  void change_stage(Fields& fields, const std::string& name) {
    std::vector<std::string> names;
    for (DraftStage& stage : draft_.stages) {
      if (stage.name == name) return read_choices_of(stage, fields);
      names.push_back(stage.name);
    }
    fields.problem(fields.line(), fmt::format("the file that this one extends has no such stage; "
                                              "it has: {}",
                                              fmt::join(names, ", ")));
  }

  void add_stage(Fields& fields, const std::string& name, const Node& item, const Node& list) {
    DraftStage stage;
    stage.name = name;
    check_name(fields, name);
    const Node* const block = fields.require("block", "conv, mbconv, vit, basic or mbpool");
    if (block == nullptr) return;
    const std::size_t before = problems_.count();
    const auto words = yaml::words_of(kStageKinds);
    stage.kind = kStageKinds.at(fields.word(*block, "block", words));
    if (problems_.count() != before) return;
    const bool first = &item == &list.items.front(), last = &item == &list.items.back();
    if (first != (stage.kind == StageKind::conv)) {
      fields.problem(fields.line(), "the first stage, and no other, must be a conv");
    }
    if (stage.kind == StageKind::mbpool && !last) {
      fields.problem(fields.line(), "mbpool must be the last stage");
    }
    fields.require("width", "a number, a list, or {from: A, to: B, step: S}");
    if (has_depth(stage.kind)) fields.require("depth", "the number of layers, or a list of them");
    if (has_expansion(stage.kind)) fields.require("expansion", "a number or a list of them");
    if (stage.kind != StageKind::vit && stage.kind != StageKind::mbpool) {
      stage.stride = fields.number(
          "stride", {1, stage.kind == StageKind::conv ? kMaxStemStride : kMaxStride}, 1);
    }
    read_choices_of(stage, fields);
    draft_.stages.push_back(std::move(stage));
  }

  static bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  }

  // Names become parts of layer names, and keys beside "resolution" in genotypes.
  static void check_name(Fields& fields, const std::string& name) {
    if (name.size() > 64 || !std::all_of(name.begin(), name.end(), is_plain)) {
      fields.problem(fields.line(), "a name is at most 64 letters, digits, - and _");
    }
    for (const char* const taken : {"resolution", "image", "mean", "classifier"}) {
      if (name == taken) fields.problem(fields.line(), "this name is reserved");
    }
  }

  static void read_choices_of(DraftStage& stage, Fields& fields) {
    read_into(stage.width, fields, "width", stage.kind == StageKind::vit ? kHeads : kWidth);
    if (has_depth(stage.kind)) read_into(stage.depth, fields, "depth", kDepth);
    if (has_expansion(stage.kind)) read_into(stage.expansion, fields, "expansion", kExpansion);
    for (const GeneKind kind : further_kinds(stage.kind)) read_further(stage, kind, fields);
    if (stage.kind == StageKind::mbconv) {
      stage.shortcut = kStageShortcuts.at(fields.choice("shortcut", yaml::words_of(kStageShortcuts),
                                                        static_cast<std::size_t>(stage.shortcut)));
    }
    fields.finish();
    if (stage.stride > 1 && stage.depth.front() == 0) {
      fields.problem(fields.line(),
                     fmt::format("depth 0 is not allowed in a stage of stride {}", stage.stride));
    }
  }

  static void read_further(DraftStage& stage, GeneKind kind, Fields& fields) {
    const std::string key(to_string(kind));
    const Node* const node = fields.find(key);
    if (node == nullptr) return;
    Choices& choices = stage.further[kind];
    if (kind == GeneKind::activation) {
      choices = read_words(fields, key, *node, yaml::words_of(workloads::kActivationFunctions));
    } else if (kind == GeneKind::se) {
      choices = read_words(fields, key, *node, {"false", "true"});
    } else {
      const std::size_t before = fields.problems().count();
      choices = read_choices(fields, key, *node, kKernel);
      if (fields.problems().count() == before) check_kernels(stage, choices, fields, *node);
    }
  }

  // The windows of all kernels have one centre, so that a smaller one is the middle of a larger.
  static void check_kernels(const DraftStage& stage, const Choices& kernels, Fields& fields,
                            const Node& node) {
    const auto odd = [](double kernel) { return std::fmod(kernel, 2) == 1; };
    const auto odds = std::count_if(kernels.begin(), kernels.end(), odd);
    const bool all_odd = odds == static_cast<std::ptrdiff_t>(kernels.size());
    if (stage.kind == StageKind::mbconv && (!all_odd || kernels.front() < 3)) {
      fields.problem(node.line, "kernel must be odd and at least 3");
    } else if (odds != 0 && !all_odd) {
      fields.problem(node.line, "kernel: the choices must be all odd or all even");
    } else if (kernels.size() > 1 && kernels.front() < static_cast<double>(stage.stride)) {
      fields.problem(
          node.line,
          fmt::format("kernel: of several choices none may be below the stride, {}", stage.stride));
    }
  }

  Problems problems_;
  Fields top_;
  std::string path_;
  Draft draft_;
  bool extends_;
};

// Of the file `path`, whose content is `text`. `chain`: the files that led here.
Draft read_draft(const fs::path& path, const std::string& text, std::vector<std::string> chain) {
  const Node root = yaml::root_of<SpaceError>(text, path, kKind);
  const Node* const base = root.value("extends");
  if (base == nullptr) return File(root, path.string(), {}, false).read();
  const auto fail = [&](const std::string& what) {
    throw SpaceError(fmt::format("{}:{}: extends {}", path.string(), base->line, what));
  };
  if (!base->is_text() || base->text.empty()) fail("must name a space file");
  const fs::path from = path.parent_path() / base->text;
  std::string extended;
  try {
    extended = read_file(from, yaml::limit_of(kKind));
  } catch (const FileError& error) {
    fail(fmt::format("'{}': {}", base->text, error.problem()));
  }
  chain.push_back(fs::weakly_canonical(path).string());
  if (std::find(chain.begin(), chain.end(), fs::weakly_canonical(from).string()) != chain.end()) {
    fail(fmt::format("'{}', which extends this file", base->text));
  }
  if (chain.size() == kMaxDepth) fail(fmt::format("reaches more than {} files deep", kMaxDepth));
  return File(root, path.string(), read_draft(from, extended, chain), true).read();
}

std::size_t add(std::vector<Gene>& genes, const std::string& stage, GeneKind kind,
                const Choices& choices) {
  genes.push_back({fmt::format("{}.{}", stage, to_string(kind)), choices, kind});
  return genes.size() - 1;
}

}  // namespace

Space load_space(const std::string& path) {
  const fs::path file = file_or_shipped(path, "spaces");
  Draft draft = read_draft(file, yaml::text_of<SpaceError>(file, kKind), {});
  std::vector<Gene> genes{{"resolution", draft.resolution, GeneKind::resolution}};
  std::vector<Stage> stages;
  for (const DraftStage& s : draft.stages) {
    Stage stage{s.name, s.kind, 0, 0, 0, s.stride, s.shortcut};
    stage.width = add(genes, s.name, GeneKind::width, s.width);
    stage.depth = add(genes, s.name, GeneKind::depth, s.depth);
    stage.expansion = add(genes, s.name, GeneKind::expansion, s.expansion);
    for (const auto& [kind, choices] : s.further) {
      stage.further.push_back(add(genes, s.name, kind, choices));
    }
    stages.push_back(std::move(stage));
  }
  return {draft.name, draft.input_channels, draft.classes, std::move(genes), std::move(stages)};
}

}  // namespace h4h::nas
