#include <fmt/format.h>

#include <algorithm>

#include "nas/random/text_hash.hpp"
#include "nas/space/open_network.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/objective_option.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/run_variants.hpp"
#include "tools/h4h/variants.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char kCheckpoint[] = "sweep.checkpoint.json";
constexpr const char kUsage[] =
    "usage: h4h sweep --platform FILE --network NAME... --vary KEY=A,B,... --out DIR [options]\n"
    "Networks on every combination of values of a platform, each under its best mapping.\n"
    "Writes sweep.csv, sweep.json and index.html into --out. Stopped, the same command goes on\n"
    "where it was.\n";

po::options_description options() {
  po::options_description options("options");
  add_platform_options(options);
  add_cache_option(options);
  add_jobs_option(options);
  add_objective_option(options);
  // clang-format off
  options.add_options()
      ("network", po::value<Arguments>()->value_name("NAME")->composing(), "as for simulate; may be given several times")
      ("vary", po::value<Arguments>()->value_name("KEY=A,B,...")->composing(), "a key and its values, none with a comma in it; may be given several times")
      ("vary-file", po::value<std::string>()->value_name("FILE"), "a CSV file whose columns are keys: each row is a variant")
      ("out", po::value<std::string>()->value_name("DIR"), "folder of the results")
      ("resume", po::bool_switch(), "insist on a sweep in --out to go on with");
  // clang-format on
  return options;
}

Arguments list_of(const Parsed& parsed, const std::string& option) {
  return parsed.values.count(option) > 0 ? parsed.values[option].as<Arguments>() : Arguments{};
}

struct Task {
  std::string platform_file, objective_name;
  Arguments settings, network_names, vary;
  std::optional<std::string> vary_file;
  platforms::Platform platform;
  std::vector<workloads::Network> networks;
  Variants variants;
  sim::Objective objective;
  fs::path out;

  // Throws what a wrong setting throws.
  platforms::Platform variant(std::size_t i) const {
    Arguments all = settings;
    for (const std::string& setting : variants.settings(i)) all.push_back(setting);
    return platforms::load_platform(platform_file, all);
  }
};

Task task_of(const Parsed& parsed) {
  Task task{required(parsed, "platform"),
            required(parsed, "objective"),
            list_of(parsed, "set"),
            list_of(parsed, "network"),
            list_of(parsed, "vary"),
            optional(parsed, "vary-file"),
            platform_of(parsed),
            {},
            variants_of(list_of(parsed, "vary"), optional(parsed, "vary-file")),
            sim::Objective::latency,
            required(parsed, "out")};
  task.objective = objective_of(parsed);
  if (task.network_names.empty()) throw UsageError("--network is missing");
  for (std::size_t i = 0; i < task.network_names.size(); ++i) {
    if (std::count(task.network_names.begin(), task.network_names.end(), task.network_names[i]) >
        1) {
      throw UsageError(fmt::format("--network {} is given twice", task.network_names[i]));
    }
  }
  if (task.variants.axes.empty()) throw UsageError("nothing varies: give --vary or --vary-file");
  for (const std::string& name : task.network_names) {
    task.networks.push_back(nas::open_network(name, workloads::UnsupportedPolicy::refuse));
  }
  return task;
}

RunDescription description(const Task& task) {
  std::string networks, variants;
  for (std::size_t i = 0; i < task.networks.size(); ++i) {
    networks += fmt::format("{} {} ", task.network_names[i],
                            nas::text_hash(workloads::canonical_text(task.networks[i])));
  }
  for (std::size_t i = 0; i < task.variants.values.size(); ++i) {
    variants += fmt::format("{};", fmt::join(task.variants.settings(i), " "));
  }
  return {
      {"platform", fmt::format("{} {}, model {}", task.platform.name,
                               platforms::platform_hash(task.platform), sim::kModelVersion)},
      {"networks", networks},
      {"vary", fmt::format("{}", fmt::join(task.vary, "; "))},
      {"vary-file", task.vary_file.value_or("none")},
      {"variants", fmt::format("{}, {}", task.variants.values.size(), nas::text_hash(variants))},
      {"objective", task.objective_name}};
}

sim::SweepResult run(const Task& task, sim::JobResults& results) {
  const std::vector<Arguments>& values = task.variants.values;
  const auto variant = [&](std::size_t i) { return task.variant(i); };
  sim::SweepResult all{
      task.platform.name,
      platforms::platform_hash(task.platform),
      task.objective_name,
      task.variants.axes,
      task.network_names,
      run_variants(
          {values.size(), variant, task.networks, {sim::Strategy::automatic, task.objective, {}}},
          results)};
  for (std::size_t i = 0; i < all.points.size(); ++i) {
    all.points[i].values = values[i / task.networks.size()];
    all.points[i].network = task.network_names[i % task.networks.size()];
  }
  return all;
}

std::string summary(const sim::SweepResult& result, const fs::path& out) {
  std::size_t infeasible = 0;
  for (const sim::SweepPoint& point : result.points) infeasible += point.infeasible ? 1 : 0;
  return fmt::format("{} points, {} of them do not run; see {}\n", result.points.size(), infeasible,
                     (out / "index.html").string());
}

// Without a cache of the user's, a sweep that is stopped goes on from one in its folder.
constexpr const char kOwnCache[] = "layers.sqlite";

void remove_own_cache(const RunFolder& folder) {
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    fs::remove(folder.file(kOwnCache).string() + suffix);
  }
}

}  // namespace

std::string sweep(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};
  const Task task = task_of(parsed);
  for (std::size_t i = 0; i < task.variants.values.size(); ++i) task.variant(i);  // all can be read
  const int jobs = jobs_of(parsed);
  if (parsed.values["resume"].as<bool>()) insist_on_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, description(task));
  sim::SweepResult result;
  {
    const Results results(cache_file(parsed).value_or(folder.file(kOwnCache)), jobs);
    result = run(task, *results);
  }
  write_file(folder.file("sweep.csv"), sim::format_sweep_csv(result));
  write_file(folder.file("sweep.json"), sim::format_sweep_json(result));
  write_file(folder.file("index.html"), sim::format_sweep_page(result));
  remove_own_cache(folder);
  return summary(result, task.out);
}

}  // namespace h4h::tools
