#include <fmt/format.h>

#include "nas/space/load.hpp"
#include "platforms/description/quantity.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_search.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h search --space FILE --platform FILE --accuracy TABLE.csv|DIR|surrogate --out DIR "
    "[options]\n"
    "Finds the most accurate networks of a space at every latency or energy on a platform.\n"
    "Writes front.csv, random.csv, search.json and index.html into --out. Stopped, the same\n"
    "command goes on where it was.\n";

po::options_description options() {
  po::options_description options("options");
  add_platform_options(options);
  add_cache_option(options);
  // clang-format off
  options.add_options()
      ("space", po::value<std::string>()->value_name("FILE"), "search space (YAML), such as nas/spaces/h4h-32.yaml")
      ("accuracy", po::value<std::string>()->value_name("FILE|DIR|surrogate"), "a table (CSV, genotype,accuracy); the folder of `h4h train`; or surrogate, an estimate for spaces of ImageNet by MACs and ViT blocks, with an interval")
      ("recipe", po::value<std::string>()->value_name("NAME"), "with the surrogate: which row of the paper's table 2 accuracies follow: cnn-only, vanilla, tpi-unfreeze or tpi-freeze; default: tpi-freeze, and cnn-only for spaces without transformers")
      ("objective", po::value<std::string>()->default_value("latency")->value_name("WHAT"), "what to minimise beside the error, and what mappings minimise: latency or energy")
      ("max-latency", po::value<std::string>()->value_name("TIME"), "budget, such as 2ms")
      ("max-energy", po::value<std::string>()->value_name("ENERGY"), "budget, such as 1mJ")
      ("algorithm", po::value<std::string>()->default_value("nsga2")->value_name("NAME"), "nsga2, or evolution (regularised; under a budget it looks for accuracy alone)")
      ("population", po::value<std::string>()->default_value("64")->value_name("N"), "networks in a generation")
      ("evaluations", po::value<std::string>()->default_value("1000")->value_name("N"), "distinct networks to look at")
      ("random", po::value<std::string>()->default_value("same")->value_name("same|off|N"), "networks drawn at random beside the search, for comparison: as many as it looks at, none, or N")
      ("seed", po::value<std::string>()->default_value("1")->value_name("N"), "of all chance")
      ("out", po::value<std::string>()->value_name("DIR"), "folder of the results")
      ("resume", po::bool_switch(), "insist on a search in --out to go on with");
  // clang-format on
  return options;
}

nas::Problem problem(const Parsed& parsed) {
  return {enum_of("objective", required(parsed, "objective"),
                  std::vector{sim::Objective::latency, sim::Objective::energy}),
          quantity(parsed, "max-latency", platforms::Dimension::time),
          quantity(parsed, "max-energy", platforms::Dimension::energy)};
}

std::optional<nas::AccuracyCurve> recipe(const Parsed& parsed, const std::string& accuracy) {
  const std::optional<std::string> name = optional(parsed, "recipe");
  if (!name) return std::nullopt;
  if (accuracy != "surrogate") {
    throw UsageError("--recipe is of the surrogate; it needs --accuracy surrogate");
  }
  std::vector<nas::AccuracyCurve> curves;
  for (const nas::Table2Row& row : nas::kTable2) curves.push_back(row.curve);
  return enum_of("recipe", *name, curves);
}

std::optional<std::size_t> random_networks(const Parsed& parsed) {
  const std::string text = required(parsed, "random");
  if (text == "same") return std::nullopt;
  return text == "off" ? 0 : whole(parsed, "random", 1, 1'000'000);
}

nas::SearchSettings settings(const Parsed& parsed) {
  nas::SearchSettings settings;
  settings.algorithm = enum_of<nas::Algorithm>("algorithm", required(parsed, "algorithm"));
  settings.population = whole(parsed, "population", 4, 10'000);
  settings.evaluations = whole(parsed, "evaluations", settings.population, 1'000'000);
  settings.seed = whole(parsed, "seed", 0, ~std::uint64_t{0});
  settings.random = random_networks(parsed);
  return settings;
}

}  // namespace

std::optional<SearchArguments> parse_search(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return std::nullopt;
  const std::string space = required(parsed, "space"), accuracy = required(parsed, "accuracy"),
                    out = required(parsed, "out");
  const nas::Problem asked = problem(parsed);
  const nas::SearchSettings how = settings(parsed);
  const std::optional<nas::AccuracyCurve> row = recipe(parsed, accuracy);
  platforms::Platform platform = platform_of(parsed);
  SearchArguments all{nas::load_space(space), std::move(platform)};
  all.space_file = space;
  all.platform_file = required(parsed, "platform");
  all.accuracy = accuracy;
  all.problem = asked;
  all.settings = how;
  all.out = out;
  all.resume = parsed.values["resume"].as<bool>();
  all.cache = cache_file(parsed);
  all.recipe = row;
  return all;
}

}  // namespace h4h::tools
