#include "nas/train/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "base/json/json_writer.hpp"
#include "base/text/nearest.hpp"
#include "nas/train/recipe.hpp"

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
  field("space_text", a.space_text);
}

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

}  // namespace

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) names.emplace_back(recipe.name);
  return names;
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

void check(const TrainArguments& arguments) {
  constexpr std::int64_t kMaxSteps = 100'000'000, kMaxBatch = 65'536, kMaxThreads = 1024,
                         kMaxNetworks = 1000;
  check_choice("recipe", arguments.recipe, recipe_names());
  check_range("steps", arguments.steps, 2, kMaxSteps);
  check_range("batch", arguments.batch, 2, kMaxBatch);
  check_range("networks", arguments.networks, 2, kMaxNetworks);
  check_positive("lr", arguments.learning_rate);
  if (arguments.seed > kMaxSeed) {
    throw std::invalid_argument(
        fmt::format("--seed must be 0..{}, not {}", kMaxSeed, arguments.seed));
  }
  check_choice("distillation", arguments.distillation, kDistillations);
  check_choice("augmentation", arguments.augmentation, kAugmentations);
  check_choice("device", arguments.device, kDevices);
  check_range("threads", arguments.threads, 1, kMaxThreads);
}

Document to_document(const TrainArguments& arguments) {
  Document document = Document::object();
  each(arguments, [&](const char* name, const auto& value) { document[name] = value; });
  return document;
}

TrainArguments train_arguments(const Document& document) {
  TrainArguments arguments;
  try {
    each(arguments, [&](const char* name, auto& value) { take(document.at(name), value); });
  } catch (const DocumentError& error) {
    throw std::invalid_argument(fmt::format("not the arguments of a training: {}", error.what()));
  }
  check(arguments);
  return arguments;
}

std::optional<std::string> difference(const TrainArguments& there, const TrainArguments& here) {
  const Document a = to_document(there), b = to_document(here);
  for (const auto& [name, value] : a.members()) {
    if (value == b.at(name)) continue;
    if (name == "space_text") return "the space file " + here.space + " has changed since";
    return fmt::format("{} was {}, is {} now", name, write_json(value, JsonLayout::compact),
                       write_json(b.at(name), JsonLayout::compact));
  }
  return std::nullopt;
}

}  // namespace h4h::nas
