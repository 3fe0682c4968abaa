#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/program_files.hpp"
#include "base/text/nearest.hpp"
#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "nas/space/load.hpp"
#include "tools/h4h-nas/command_ranks.hpp"
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
      "usage: h4h train --space FILE --recipe NAME|FILE --out DIR [options]\n"
      "       h4h train --report DIR [--health N] [--alone N] [--alone-seed N]\n"
      "Trains the shared weights of every network of a space. After an interruption the same "
      "command resumes; the result is the same as without the interruption.\n"
      "Started several times by mpirun, srun or torchrun, it trains on all these ranks together "
      "(docs/reference/training.md).\n"
      "A recipe is a file that says what is trained, and how (docs/reference/recipe-files.md). "
      "Shipped recipes:\n";
  for (const std::string& name : shipped_names("recipes")) {
    text += fmt::format("  {:<22} {}\n", name, nas::load_recipe(name).summary);
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
  const auto open_number = [] { return po::value<std::int64_t>()->value_name("N"); };
  Options all("options");
  add_space_option(all);
  // clang-format off
  all.add_options()
      ("data", word(d.data, "KIND[:PATH]", {"fashion-mnist", "cifar10:", "imagefolder:"}), "images: fashion-mnist[:DIR], cifar10:DIR, or imagefolder:DIR[,OPTION=VALUE...] for JPEG and PNG files in directories of classes")
      ("recipe", choice([] { return shipped_names("recipes"); })->value_name("NAME|FILE"), "training recipe (YAML), or the name of a shipped one, see above")
      ("from", po::value<std::string>()->value_name("DIR"), "start from the weights of another run: its --out directory, of the same space or a reduction, either way")
      ("phase", po::value<std::string>()->value_name("NAME"), "with --from: phase of the recipe to begin with; default: the last")
      ("steps", open_number(), "optimiser steps, all phases together, dealt to them by their lengths; default: the recipe's")
      ("epochs", open_number(), "the same in epochs: times all training images are seen")
      ("batch", number(d.batch), "images per step, of all ranks together; each goes through all networks of the step")
      ("networks", open_number(), "replaces the recipe's networks per step: the largest, the smallest, and random ones")
      ("lr", po::value<double>()->value_name("X"), "replaces the recipe's peak learning rate")
      ("distillation", choice(enum_words<nas::Distillation>())->value_name("MODE"), "replaces the recipe's: none, or small networks learn from the largest (kl, alpha-divergence)")
      ("augmentation", choice(enum_words<nas::Augmentation>())->value_name("MODE"), "replaces the recipe's: none, crop_flip, auto_augment (of CIFAR-10), resized_crop or resized_crop_auto_augment (of ImageNet)")
      ("bf16", po::bool_switch(), "convolutions and matrix products in bfloat16: faster where the CPU supports it")
      ("device", word(d.device, "NAME", nas::kDevices), "cpu, cuda or cuda:N (untested); of several ranks, each takes a device of its machine")
      ("threads", number(d.threads), "CPU threads of each rank; the last digits of results depend on it")
      ("loader-threads", po::value<std::string>()->value_name("N"), "threads that decode image files (default: number of CPUs); results do not depend on it")
      ("checkpoint-seconds", po::value<double>()->default_value(60)->value_name("S"), "seconds between checkpoints")
      ("health", number(30), "health check after training: number of networks with more MACs than the median, compared with the smallest network; 0: no check");
  // clang-format on
  // clang-format off
  all.add_options()
      ("report", po::value<std::string>()->value_name("DIR"), "train nothing: measure the supernet in the --out directory of a training again, and write its train.json and index.html")
      ("alone", po::value<std::int64_t>()->value_name("N"), "with --report: train N networks of all sizes alone, each for as many steps as the supernet, and compare their ranking with that in the supernet; after an interruption the same command resumes")
      ("alone-seed", po::value<std::string>()->default_value("0")->value_name("N"), "random seed of --alone: networks, their weights and batches");
  // clang-format on
  add_seed_option(all, 0);
  add_out_options(all, "a training run");
  return all;
}

std::optional<std::int64_t> number_if_given(const Parsed& parsed, const char* option) {
  if (!given(parsed, option)) return std::nullopt;
  return parsed.values[option].as<std::int64_t>();
}

// A word that is no file is the name of a shipped recipe.
nas::Recipe recipe_of(const std::string& name) {
  const std::vector<std::string> known = shipped_names("recipes");
  const bool word = name.find_first_of("./") == std::string::npos;
  if (word && !std::filesystem::exists(file_or_shipped(name, "recipes"))) {
    throw UsageError(fmt::format("--recipe '{}' is not one of: {}{}; nor a file", name,
                                 fmt::join(known, ", "), did_you_mean(name, known)));
  }
  return nas::load_recipe(name);
}

// Whether the recipe starts from what the command line gives.
void check_start(const TrainCommand& command) {
  const nas::Phase& first = command.recipe.phases.front();
  if (command.from) {
    try {
      nas::started_from_run(command.recipe, command.phase);
    } catch (const nas::RecipeError& error) {
      throw UsageError(fmt::format("--phase: {}", error.what()));
    }
  } else if (first.start == nas::Start::run) {
    throw UsageError(fmt::format("recipe {}: phase {} starts from another run: --from is missing",
                                 command.recipe.name, first.name));
  }
}

// What options replace in all phases of the recipe.
void replace(nas::Recipe& recipe, const Parsed& parsed) {
  const auto networks = number_if_given(parsed, "networks");
  if (networks) nas::check_range("networks", *networks, 2, 1000);
  const bool rate = given(parsed, "lr");
  if (rate) nas::check_positive("lr", parsed.values["lr"].as<double>());
  const auto distillation = optional(parsed, "distillation");
  const auto augmentation = optional(parsed, "augmentation");
  for (nas::Phase& phase : recipe.phases) {
    if (networks) phase.networks = *networks;
    if (rate) phase.learning_rate = parsed.values["lr"].as<double>();
    if (distillation) {
      phase.distillation = enum_of<nas::Distillation>("distillation", *distillation);
    }
    if (augmentation) {
      phase.augmentation = enum_of<nas::Augmentation>("augmentation", *augmentation);
    }
  }
}

void read_lengths(TrainCommand& command, const Parsed& parsed) {
  constexpr std::int64_t kMaxSteps = 100'000'000, kMaxEpochs = 1'000'000;
  command.steps = number_if_given(parsed, "steps");
  command.epochs = number_if_given(parsed, "epochs");
  if (command.steps && command.epochs) throw UsageError("--steps and --epochs: give one of them");
  if (command.steps) nas::check_range("steps", *command.steps, 2, kMaxSteps);
  if (command.epochs) nas::check_range("epochs", *command.epochs, 1, kMaxEpochs);
}

void read_options(TrainCommand& command, const Parsed& parsed) {
  const auto whole_number = [&](const char* option) {
    return parsed.values[option].as<std::int64_t>();
  };
  nas::TrainArguments& a = command.arguments;
  command.place = rank_of_process();
  a.ranks = command.place.size;
  a.space = required(parsed, "space");
  a.data = required(parsed, "data");
  command.out = required(parsed, "out");
  read_lengths(command, parsed);
  command.phase = optional(parsed, "phase");
  if (const auto from = optional(parsed, "from")) command.from = *from;
  if (command.phase && !command.from) throw UsageError("--phase needs --from");
  a.batch = whole_number("batch");
  a.seed = seed_of(parsed, nas::kMaxSeed);
  a.bf16 = parsed.values["bf16"].as<bool>();
  a.device = required(parsed, "device");
  a.threads = whole_number("threads");
  command.checkpoint_seconds = parsed.values["checkpoint-seconds"].as<double>();
  command.loader_threads =
      given(parsed, "loader-threads")
          ? static_cast<int>(whole(parsed, "loader-threads", 1, kMaxLoaderThreads))
          : default_loader_threads(command.place.local_size);
  command.health_networks = whole_number("health");
  command.resume = parsed.values["resume"].as<bool>();
}

void check(TrainCommand& command) {
  constexpr std::int64_t kMaxHealth = 1000;
  nas::check_options(command.arguments);
  nas::check_positive("checkpoint-seconds", command.checkpoint_seconds);
  nas::check_range("health", command.health_networks, 0, kMaxHealth);
  if (command.arguments.bf16) check_bfloat16(command.arguments.device);
  command.device = device_named(command.arguments.device, command.place.local_rank);
}

constexpr std::int64_t kMaxMeasured = 1000;

// What goes with --report.
void refuse_others(const Parsed& parsed) {
  const std::vector<std::string> allowed{"report", "health", "alone", "alone-seed"};
  for (const po::option& option : parsed.given) {
    if (std::find(allowed.begin(), allowed.end(), option.string_key) != allowed.end()) continue;
    throw UsageError(fmt::format("--{} does not go with --report", option.string_key));
  }
}

}  // namespace

std::optional<ReportCommand> parse_report(const Arguments& arguments) {
  const auto any = [&](auto is) { return std::any_of(arguments.begin(), arguments.end(), is); };
  const bool help = any([](const std::string& word) { return word == "--help" || word == "-h"; });
  const bool report = any([](const std::string& word) {
    return word == "--report" || word.rfind("--report=", 0) == 0;
  });
  if (help || !report) return std::nullopt;
  const Parsed parsed = parse(arguments, options({}), usage());
  refuse_others(parsed);
  ReportCommand command{required(parsed, "report"), {}};
  command.options.health_networks = parsed.values["health"].as<std::int64_t>();
  command.options.alone = number_if_given(parsed, "alone").value_or(0);
  command.options.alone_seed = whole(parsed, "alone-seed", 0, nas::kMaxSeed);
  if (given(parsed, "alone-seed") && command.options.alone == 0) {
    throw UsageError("--alone-seed needs --alone");
  }
  try {
    nas::check_range("health", command.options.health_networks, 0, kMaxMeasured);
    nas::check_range("alone", command.options.alone, 0, kMaxMeasured);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return command;
}

std::optional<TrainCommand> parse_train(const Arguments& arguments) {
  TrainCommand command;
  nas::TrainArguments& a = command.arguments;
  const Parsed parsed = parse(arguments, options(a), usage());
  if (parsed.help) return std::nullopt;
  for (const char* const option : {"alone", "alone-seed"}) {
    if (given(parsed, option)) throw UsageError(fmt::format("--{} needs --report", option));
  }
  const std::string recipe = required(parsed, "recipe");
  try {
    read_options(command, parsed);
    check(command);
    command.recipe = recipe_of(recipe);
    check_start(command);
    replace(command.recipe, parsed);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  command.space = nas::load_space(a.space);
  a.space_text = nas::format_space(*command.space);
  return command;
}

}  // namespace h4h::tools
