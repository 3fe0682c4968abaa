#include <fmt/format.h>

#include "nas/space/load.hpp"
#include "platforms/description/quantity.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_search.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h search --space FILE --platform FILE --accuracy FILE|DIR|surrogate --out DIR "
    "[options]\n"
    "Searches the Pareto front of accuracy against latency or energy on a platform; with --vary "
    "on chips whose keys are searched beside the network, against the area of macros too. Writes "
    "front.csv, random.csv, space.yaml, search.json and index.html into --out. After an "
    "interruption the same "
    "command resumes. Started several times by mpirun, srun or torchrun, it measures accuracies in "
    "a supernet on all these ranks.\n";

constexpr std::size_t kMostChips = 10'000;  // each has a table of costs

const std::vector kObjectives{sim::Objective::latency, sim::Objective::energy};

std::vector<nas::AccuracyCurve> recipes() {
  std::vector<nas::AccuracyCurve> curves;
  for (const nas::Table2Row& row : nas::kTable2) curves.push_back(row.curve);
  return curves;
}

template <typename Enum>
Arguments words_of(const std::vector<Enum>& values) {
  Arguments words;
  for (const Enum value : values) words.emplace_back(to_string(value));
  return words;
}

Options options() {
  Options options("options");
  add_platform_options(options);
  add_space_option(options);
  // clang-format off
  options.add_options()
      ("accuracy", po::value<std::string>()->value_name("FILE|DIR|surrogate"), "source of accuracies: a CSV file with the columns genotype,accuracy; the --out directory of `h4h train`; or surrogate, an estimate for ImageNet spaces from MACs and ViT blocks, with an interval")
      ("recipe", choice([] { return words_of(recipes()); })->value_name("NAME"), "with --accuracy surrogate: row of the paper's table 2 that the accuracies follow: cnn-only, vanilla, tpi-unfreeze or tpi-freeze; default: tpi-freeze, or cnn-only for spaces without transformers")
      ("precision", choice(enum_words<nas::Precision>())->default_value("float32")->value_name("NAME"), "of a supernet's accuracies: float32, or int8, as `h4h export --int8` writes a network; int8 takes about twice as long")
      ("objective", choice(words_of(kObjectives))->default_value("latency")->value_name("METRIC"), "cost to minimise, beside maximising the accuracy: latency or energy; also the objective of the mappings")
      ("max-latency", po::value<std::string>()->value_name("TIME"), "latency limit of a network, such as 2ms")
      ("max-energy", po::value<std::string>()->value_name("ENERGY"), "energy limit of a network, such as 1mJ")
      ("vary", choices(key_words)->value_name("KEY=VALUES"), "a platform key to search beside the network, and its values: a list separated by commas, or a range LOW..HIGH[:STEP]; may be repeated. The area of the macros is minimised too")
      ("algorithm", choice(enum_words<nas::Algorithm>())->default_value("nsga2")->value_name("NAME"), "nsga2, or evolution (regularised evolution; with a limit it maximises the accuracy alone)")
      ("population", po::value<std::string>()->default_value("64")->value_name("N"), "networks per generation")
      ("evaluations", po::value<std::string>()->default_value("1000")->value_name("N"), "number of distinct networks to evaluate")
      ("screen", po::value<std::string>()->default_value("off")->value_name("off|IMAGES"), "with --accuracy DIR: measure the accuracy only of networks that are chosen from 16 times as many, by a prediction from their genes and by their accuracy on so many images with batch statistics, such as 1000; --evaluations counts the networks that are measured")
      ("random", po::value<std::string>()->default_value("same")->value_name("same|off|N"), "networks of the random search for comparison: as many as the search evaluates, none, or N");
  // clang-format on
  add_seed_option(options);
  add_out_options(options, "a search");
  add_jobs_option(options);
  add_cache_option(options);
  return options;
}

nas::Problem problem(const Parsed& parsed) {
  return {enum_of("objective", required(parsed, "objective"), kObjectives),
          quantity(parsed, "max-latency", platforms::Dimension::time),
          quantity(parsed, "max-energy", platforms::Dimension::energy)};
}

std::optional<nas::AccuracyCurve> recipe(const Parsed& parsed, const std::string& accuracy) {
  const std::optional<std::string> name = optional(parsed, "recipe");
  if (!name) return std::nullopt;
  if (accuracy != "surrogate") {
    throw UsageError("--recipe needs --accuracy surrogate");
  }
  return enum_of("recipe", *name, recipes());
}

nas::Precision precision(const Parsed& parsed, const std::string& accuracy) {
  const auto asked = enum_of<nas::Precision>("precision", required(parsed, "precision"));
  if (asked == nas::Precision::int8 && !std::filesystem::is_directory(accuracy)) {
    throw UsageError("--precision int8 needs --accuracy DIR, the --out directory of `h4h train`");
  }
  return asked;
}

std::optional<std::size_t> random_networks(const Parsed& parsed) {
  const std::string text = required(parsed, "random");
  if (text == "same") return std::nullopt;
  return text == "off" ? 0 : whole(parsed, "random", 1, 1'000'000);
}

std::optional<nas::PreselectionSettings> preselection(const Parsed& parsed,
                                                      const std::string& accuracy) {
  if (required(parsed, "screen") == "off") return std::nullopt;
  if (!std::filesystem::is_directory(accuracy)) {
    throw UsageError("--screen needs --accuracy DIR, the --out directory of `h4h train`");
  }
  nas::PreselectionSettings settings;
  settings.images = static_cast<std::int64_t>(whole(parsed, "screen", 1, 1'000'000));
  return settings;
}

nas::SearchSettings settings(const Parsed& parsed, const std::string& accuracy) {
  nas::SearchSettings settings;
  settings.algorithm = enum_of<nas::Algorithm>("algorithm", required(parsed, "algorithm"));
  settings.population = whole(parsed, "population", 4, 10'000);
  settings.evaluations = whole(parsed, "evaluations", settings.population, 1'000'000);
  settings.seed = seed_of(parsed, UINT64_MAX);
  settings.random = random_networks(parsed);
  settings.preselection = preselection(parsed, accuracy);
  return settings;
}

// Every chip must be one: a search finds out about most of them late.
void check_chips(const SearchArguments& arguments) {
  const std::size_t chips = arguments.searched().chip_count();
  if (chips > kMostChips) {
    throw UsageError(fmt::format("--vary: {} chips; at most {}", chips, kMostChips));
  }
  for (std::size_t i = 0; i < chips; ++i) arguments.chip(i);
}

}  // namespace

nas::SearchSpace SearchArguments::searched() const {
  std::vector<nas::ChipGene> genes;
  for (const Axis& axis : vary) genes.push_back({axis.key, axis.texts()});
  return {space, std::move(genes)};
}

platforms::Platform SearchArguments::chip(std::size_t index) const {
  std::vector<platforms::Override> changes;
  for (auto axis = vary.rbegin(); axis != vary.rend(); ++axis) {
    changes.push_back(axis->values[index % axis->values.size()]);
    index /= axis->values.size();
  }
  return changes.empty() ? platform : platforms::with(platform, changes);
}

std::optional<SearchArguments> parse_search(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return std::nullopt;
  const std::string space = required(parsed, "space"), accuracy = required(parsed, "accuracy"),
                    out = required(parsed, "out");
  refuse_same_outputs(outputs_of(parsed, {"cache"},
                                 {"search.checkpoint.json", "front.csv", "random.csv", "space.yaml",
                                  "search.json", "index.html"}));
  const nas::Problem asked = problem(parsed);
  const nas::SearchSettings how = settings(parsed, accuracy);
  const std::optional<nas::AccuracyCurve> row = recipe(parsed, accuracy);
  const nas::Precision number_format = precision(parsed, accuracy);
  std::vector<Axis> vary = axes_of(list_of(parsed, "vary"));
  platforms::Platform platform = platform_of(parsed);
  SearchArguments all{nas::load_space(space), std::move(platform)};
  all.space_file = space;
  all.platform_file = required(parsed, "platform");
  all.command = page_command("search", parsed);
  all.accuracy = accuracy;
  all.problem = asked;
  all.settings = how;
  all.out = out;
  all.resume = parsed.values["resume"].as<bool>();
  all.cache = cache_file(parsed);
  all.jobs = jobs_of(parsed);
  all.precision = number_format;
  all.recipe = row;
  all.vary = std::move(vary);
  check_chips(all);
  return all;
}

}  // namespace h4h::tools
