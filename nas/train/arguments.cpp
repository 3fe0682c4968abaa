#include "nas/train/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/json/json_writer.hpp"
#include "base/program_files.hpp"
#include "base/text/nearest.hpp"
#include "base/text/number.hpp"
#include "base/text/take_line.hpp"
#include "base/text/trim.hpp"
#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"

namespace h4h::nas {
namespace {

// Calls `field` with the name and the value of every argument.
template <typename Arguments, typename Field>
void each(Arguments& a, Field field) {
  field("space", a.space);
  field("data", a.data);
  field("recipe", a.recipe);
  field("steps", a.steps);
  field("batch", a.batch);
  field("networks", a.networks);
  field("learning_rate", a.learning_rate);
  field("seed", a.seed);
  field("distillation", a.distillation);
  field("augmentation", a.augmentation);
  field("bf16", a.bf16);
  field("device", a.device);
  field("threads", a.threads);
  field("ranks", a.ranks);
  field("space_text", a.space_text);
  field("recipe_text", a.recipe_text);
  field("from", a.from);
}

// Of arguments that are not written where they are empty, or where there is one rank.
bool may_be_left_out(std::string_view name) {
  return name == "recipe_text" || name == "from" || name == "ranks";
}
bool says_nothing(const Document& value) { return value == Document("") || value == Document(1); }

void take(const Document& value, std::string& to) { to = value.text(); }
void take(const Document& value, std::int64_t& to) { to = value.integer(); }
void take(const Document& value, std::uint64_t& to) { to = value.unsigned_integer(); }
void take(const Document& value, double& to) { to = value.number(); }
void take(const Document& value, bool& to) { to = value.boolean(); }

void check_choice(const char* option, const std::string& value,
                  const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  throw std::invalid_argument(fmt::format("--{} '{}' is not one of: {}{}", option, value,
                                          fmt::join(allowed, ", "), did_you_mean(value, allowed)));
}

// The number of a device means one process.
void check_device_name(const TrainArguments& arguments) {
  constexpr std::string_view kNumbered = "cuda:";
  const std::string_view name = arguments.device;
  const auto number = name.substr(0, kNumbered.size()) == kNumbered
                          ? parse_number<std::uint8_t>(name.substr(kNumbered.size()))
                          : std::nullopt;
  if (!number) return check_choice("device", arguments.device, kDevices);
  if (arguments.ranks > 1) {
    throw std::invalid_argument(fmt::format(
        "--device {} for {} ranks: allowed are cpu and cuda, of which each rank of a machine takes "
        "its own device",
        name, arguments.ranks));
  }
}

// Batch norms need two images.
void check_shares(const TrainArguments& arguments) {
  constexpr std::int64_t kFewest = 2;
  const std::int64_t ranks = arguments.ranks, batch = arguments.batch;
  if (batch % ranks == 0 && batch / ranks >= kFewest) return;
  const std::int64_t below = std::max(kFewest, batch / ranks) * ranks;
  throw std::invalid_argument(
      fmt::format("--batch {} for {} ranks: allowed are multiples of {} from {}, such as {} or {}",
                  batch, ranks, ranks, kFewest * ranks, below, below + ranks));
}

void check_recipe(const TrainArguments& arguments) {
  if (arguments.recipe_text.empty()) {
    return check_choice("recipe", arguments.recipe, shipped_names("recipes"));
  }
  const std::int64_t steps = total_steps(recipe_of(arguments));
  if (steps == arguments.steps) return;
  throw std::invalid_argument(
      fmt::format("recipe of {} steps in a training of {}", steps, arguments.steps));
}

Document with_recipe(const TrainArguments& arguments) {
  Document document = to_document(arguments);
  document["recipe_text"] = format_recipe(recipe_of(arguments));
  return document;
}

// The first line that differs.
std::string recipe_difference(std::string_view there, std::string_view here) {
  while (!there.empty() && !here.empty()) {
    const std::string_view a = take_line(there), b = take_line(here);
    if (a != b) return fmt::format("the recipe's \"{}\" is \"{}\" now", trimmed(a), trimmed(b));
  }
  return "the recipe has changed since";
}

}  // namespace

Recipe recipe_of(const TrainArguments& arguments) {
  if (!arguments.recipe_text.empty()) {
    return parse_recipe(arguments.recipe_text, "recipe " + arguments.recipe);
  }
  Recipe recipe = with_steps(load_recipe(arguments.recipe), arguments.steps);
  for (Phase& phase : recipe.phases) {
    phase.networks = arguments.networks;
    phase.learning_rate = arguments.learning_rate;
    phase.distillation = enum_named<Distillation>(arguments.distillation).value();
    phase.augmentation = enum_named<Augmentation>(arguments.augmentation).value();
  }
  return recipe;
}

void set_recipe(TrainArguments& arguments, const Recipe& recipe) {
  const Phase& last = recipe.phases.back();
  arguments.recipe = recipe.name;
  arguments.steps = total_steps(recipe);
  arguments.networks = last.networks;
  arguments.learning_rate = last.learning_rate;
  arguments.distillation = to_string(last.distillation);
  arguments.augmentation = to_string(last.augmentation);
  arguments.recipe_text = format_recipe(recipe);
}

void check_range(const char* option, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return;
  throw std::invalid_argument(fmt::format("--{} must be {}..{}, not {}", option, low, high, value));
}

void check_positive(const char* option, double value) {
  constexpr double kHighest = 1e6;
  if (value > 0 && value <= kHighest) return;
  throw std::invalid_argument(
      fmt::format("--{} must be above 0, at most {}, not {}", option, kHighest, value));
}

void check_options(const TrainArguments& arguments) {
  constexpr std::int64_t kMaxBatch = 65'536, kMaxThreads = 1024;
  check_range("batch", arguments.batch, 2, kMaxBatch);
  if (arguments.seed > kMaxSeed) {
    throw std::invalid_argument(
        fmt::format("--seed must be 0..{}, not {}", kMaxSeed, arguments.seed));
  }
  check_device_name(arguments);
  check_range("threads", arguments.threads, 1, kMaxThreads);
  check_range("ranks", arguments.ranks, 1, kMaxBatch);
  check_shares(arguments);
}

void check(const TrainArguments& arguments) {
  constexpr std::int64_t kMaxSteps = 100'000'000, kMaxNetworks = 1000;
  check_range("steps", arguments.steps, 2, kMaxSteps);
  check_range("networks", arguments.networks, 2, kMaxNetworks);
  check_positive("lr", arguments.learning_rate);
  check_choice("distillation", arguments.distillation, enum_words<Distillation>());
  check_choice("augmentation", arguments.augmentation, enum_words<Augmentation>());
  check_options(arguments);
  check_recipe(arguments);
}

Document to_document(const TrainArguments& arguments) {
  Document document = Document::object();
  each(arguments, [&](const char* name, const auto& value) {
    document[name] = value;
    if (may_be_left_out(name) && says_nothing(document[name])) document.erase(name);
  });
  return document;
}

TrainArguments train_arguments(const Document& document) {
  TrainArguments arguments;
  try {
    each(arguments, [&](const char* name, auto& value) {
      if (!may_be_left_out(name) || document.contains(name)) take(document.at(name), value);
    });
  } catch (const DocumentError& error) {
    throw std::invalid_argument(fmt::format("not the arguments of a training: {}", error.what()));
  }
  check(arguments);
  return arguments;
}

std::optional<std::string> difference(const TrainArguments& there, const TrainArguments& here) {
  if (there.ranks != here.ranks) {
    return fmt::format("ranks was {}, is {} now: start it with as many", there.ranks, here.ranks);
  }
  const bool same_space = there.space_text == here.space_text;
  const Document a = with_recipe(there), b = with_recipe(here);
  for (const auto& [name, value] : b.members()) {
    const Document* const other = a.find(name);
    if (other != nullptr && *other == value) continue;
    if (name == "space" && same_space) continue;  // by another path
    if (name == "space_text") return "the space file " + here.space + " has changed since";
    if (name == "recipe_text") return recipe_difference(other->text(), value.text());
    return fmt::format("{} was {}, is {} now", name,
                       other == nullptr ? "none" : write_json(*other, JsonLayout::compact),
                       write_json(value, JsonLayout::compact));
  }
  if (!there.from.empty() && here.from.empty()) return "it started from " + there.from;
  return std::nullopt;
}

}  // namespace h4h::nas
