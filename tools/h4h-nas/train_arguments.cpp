#include <fmt/format.h>

#include <stdexcept>

#include "nas/space/load.hpp"
#include "nas/train/recipe.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/training.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

constexpr std::uint64_t kMaxLoaderThreads = 1024;

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
  const auto word = [](const std::string& value, const char* name, const Arguments& words) {
    return choice(words)->default_value(value)->value_name(name);
  };
  const auto number = [](std::int64_t value) {
    return po::value<std::int64_t>()->default_value(value)->value_name("N");
  };
  Options all("options");
  add_space_option(all);
  // clang-format off
  all.add_options()
      ("data", word(d.data, "KIND[:PATH]", {"fashion-mnist", "cifar10:", "imagefolder:"}), "images: fashion-mnist[:DIR], cifar10:DIR, or imagefolder:DIR[,OPTION=VALUE...] for JPEG and PNG files in directories of classes")
      ("recipe", choice(nas::recipe_names())->value_name("NAME"), "training recipe, see above")
      ("steps", number(d.steps), "optimiser steps, all phases together")
      ("batch", number(d.batch), "images per step; each goes through all networks of the step")
      ("networks", number(d.networks), "networks per step: the largest, the smallest, and random ones")
      ("lr", po::value<double>()->default_value(d.learning_rate, fmt::format("{}", d.learning_rate))->value_name("X"), "peak learning rate")
      ("distillation", word(d.distillation, "MODE", nas::kDistillations), "none, or kl: small networks learn from the largest")
      ("augmentation", word(d.augmentation, "MODE", nas::kAugmentations), "none, crop_flip, auto_augment (of CIFAR-10), resized_crop or resized_crop_auto_augment (of ImageNet)")
      ("bf16", po::bool_switch(), "convolutions and matrix products in bfloat16: faster where the CPU supports it")
      ("device", word(d.device, "NAME", nas::kDevices), "cpu, or cuda (untested, not with --bf16)")
      ("threads", number(d.threads), "CPU threads; the last digits of results depend on it")
      ("loader-threads", po::value<std::string>()->value_name("N"), "threads that decode image files (default: number of CPUs); results do not depend on it")
      ("checkpoint-seconds", po::value<double>()->default_value(60)->value_name("S"), "seconds between checkpoints")
      ("health", number(30), "health check after training: number of networks with more MACs than the median, compared with the smallest network; 0: no check");
  // clang-format on
  add_seed_option(all, 0);
  add_out_options(all, "a training run");
  return all;
}

void read_options(TrainCommand& command, const Parsed& parsed) {
  const auto whole_number = [&](const char* option) {
    return parsed.values[option].as<std::int64_t>();
  };
  nas::TrainArguments& a = command.arguments;
  a.space = required(parsed, "space");
  a.data = required(parsed, "data");
  a.recipe = required(parsed, "recipe");
  command.out = required(parsed, "out");
  a.steps = whole_number("steps");
  a.batch = whole_number("batch");
  a.networks = whole_number("networks");
  a.learning_rate = parsed.values["lr"].as<double>();
  a.seed = seed_of(parsed, nas::kMaxSeed);
  a.distillation = required(parsed, "distillation");
  a.augmentation = required(parsed, "augmentation");
  a.bf16 = parsed.values["bf16"].as<bool>();
  a.device = required(parsed, "device");
  a.threads = whole_number("threads");
  command.checkpoint_seconds = parsed.values["checkpoint-seconds"].as<double>();
  command.loader_threads =
      given(parsed, "loader-threads")
          ? static_cast<int>(whole(parsed, "loader-threads", 1, kMaxLoaderThreads))
          : default_loader_threads();
  command.health_networks = whole_number("health");
  command.resume = parsed.values["resume"].as<bool>();
}

void check(const TrainCommand& command) {
  constexpr std::int64_t kMaxHealth = 1000;
  try {
    nas::check(command.arguments);
    nas::check_positive("checkpoint-seconds", command.checkpoint_seconds);
    nas::check_range("health", command.health_networks, 0, kMaxHealth);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  if (command.arguments.bf16) check_bfloat16(command.arguments.device);
  check_device(command.arguments.device);
}

}  // namespace

std::optional<TrainCommand> parse_train(const Arguments& arguments) {
  TrainCommand command;
  nas::TrainArguments& a = command.arguments;
  const Parsed parsed = parse(arguments, options(a), usage());
  if (parsed.help) return std::nullopt;
  read_options(command, parsed);
  check(command);
  command.space = nas::load_space(a.space);
  a.space_text = nas::format_space(*command.space);
  return command;
}

}  // namespace h4h::tools
