#include <fmt/format.h>

#include "nas/space/load.hpp"
#include "nas/train/recipe.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/training.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kMaxSteps = 100'000'000, kMaxBatch = 65'536, kMaxThreads = 1024,
                       kMaxHealth = 1000, kMaxNetworks = 1000;

Arguments recipe_names() {
  Arguments names;
  for (const nas::Recipe& recipe : nas::recipes()) names.emplace_back(recipe.name);
  return names;
}

std::string usage() {
  std::string text =
      "usage: h4h train --space FILE --recipe NAME --out DIR [options]\n"
      "Trains the shared weights of every network of a space. After an interruption the same "
      "command resumes; the result is the same as without the interruption.\n\nrecipes:\n";
  for (const nas::Recipe& recipe : nas::recipes()) {
    text += fmt::format("  {:<13} {}\n", recipe.name, recipe.summary);
  }
  return text;
}

Options options(const nas::TrainArguments& d) {
  const auto text = [](const std::string& value, const char* name) {
    return po::value<std::string>()->default_value(value)->value_name(name);
  };
  const auto number = [](std::int64_t value) {
    return po::value<std::int64_t>()->default_value(value)->value_name("N");
  };
  Options all("options");
  add_space_option(all);
  // clang-format off
  all.add_options()
      ("data", text(d.data, "KIND[:PATH]"), "images: fashion-mnist[:DIR] or cifar10:DIR")
      ("recipe", po::value<std::string>()->value_name("NAME"), "training recipe, see above")
      ("steps", number(d.steps), "optimiser steps of all phases")
      ("batch", number(d.batch), "images per step; each goes through all networks of the step")
      ("networks", number(d.networks), "networks per step: the largest, the smallest, and random ones")
      ("lr", po::value<double>()->default_value(d.learning_rate, fmt::format("{}", d.learning_rate))->value_name("X"), "peak learning rate")
      ("distillation", text(d.distillation, "HOW"), "none, or kl: small networks learn from the largest")
      ("augmentation", text(d.augmentation, "HOW"), "none, crop_flip or auto_augment")
      ("bf16", po::bool_switch(), "convolutions and matrix products in bfloat16: faster where the CPU supports it")
      ("device", text(d.device, "NAME"), "cpu, or cuda: untested, and without --bf16")
      ("threads", number(d.threads), "CPU threads; results depend on it in the last digits")
      ("checkpoint-seconds", po::value<double>()->default_value(60)->value_name("S"), "time between checkpoints")
      ("health", number(30), "health check at the end: networks above the median of MACs, compared with the smallest one; 0: none");
  // clang-format on
  add_seed_option(all, 0);
  add_out_options(all, "a training run");
  return all;
}

std::int64_t number(const Parsed& parsed, const char* option, std::int64_t low, std::int64_t high) {
  const auto value = parsed.values[option].as<std::int64_t>();
  if (value >= low && value <= high) return value;
  throw UsageError(fmt::format("--{} must be {}..{}, not {}", option, low, high, value));
}

double positive(const Parsed& parsed, const char* option) {
  constexpr double kHighest = 1e6;
  const auto value = parsed.values[option].as<double>();
  if (value > 0 && value <= kHighest) return value;
  throw UsageError(
      fmt::format("--{} must be above 0, at most {}, not {}", option, kHighest, value));
}

std::string choice(const Parsed& parsed, const char* option, const Arguments& allowed) {
  return allowed[one_of(option, required(parsed, option), allowed)];
}

}  // namespace

std::optional<TrainCommand> parse_train(const Arguments& arguments) {
  TrainCommand command;
  nas::TrainArguments& a = command.arguments;
  const Parsed parsed = parse(arguments, options(a), usage());
  if (parsed.help) return std::nullopt;
  a.space = required(parsed, "space");
  a.data = required(parsed, "data");
  a.recipe = choice(parsed, "recipe", recipe_names());
  command.out = required(parsed, "out");
  a.steps = number(parsed, "steps", 2, kMaxSteps);
  a.batch = number(parsed, "batch", 2, kMaxBatch);
  a.networks = number(parsed, "networks", 2, kMaxNetworks);
  a.learning_rate = positive(parsed, "lr");
  a.seed = seed_of(parsed, INT64_MAX);
  a.distillation = choice(parsed, "distillation", {"none", "kl"});
  a.augmentation = choice(parsed, "augmentation", {"none", "crop_flip", "auto_augment"});
  a.bf16 = parsed.values["bf16"].as<bool>();
  a.device = required(parsed, "device");
  if (a.bf16) check_bfloat16(a.device);
  check_device(a.device);
  a.threads = number(parsed, "threads", 1, kMaxThreads);
  command.checkpoint_seconds = positive(parsed, "checkpoint-seconds");
  command.health_networks = number(parsed, "health", 0, kMaxHealth);
  command.resume = parsed.values["resume"].as<bool>();
  command.space = nas::load_space(a.space);
  a.space_text = nas::format_space(*command.space);
  return command;
}

}  // namespace h4h::tools
