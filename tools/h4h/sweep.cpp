#include <fmt/format.h>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/hash.hpp"
#include "sim/sweep/sweep.hpp"
#include "tools/h4h/folder_results.hpp"
#include "tools/h4h/network_list.hpp"
#include "tools/h4h/objective_option.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/run_variants.hpp"
#include "tools/h4h/sampling_options.hpp"
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
  add_cache_option(options, "; with --uncertainty: in --out until it is done, unless one is named");
  add_jobs_option(options);
  add_objective_option(options);
  add_uncertainty_options(options);
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

struct Task {
  std::string objective_name;
  Arguments vary;
  NetworkList networks;
  std::optional<std::string> vary_file;
  platforms::Platform platform;
  Variants variants;
  sim::Objective objective;
  std::optional<Sampling> sampling;
  fs::path out;

  // Throws what platforms::with() throws of a value that is not allowed.
  platforms::Platform variant(std::size_t i) const {
    return platforms::with(platform, variants.changes.at(i));
  }
};

Task task_of(const Parsed& parsed) {
  Task task{required(parsed, "objective"),
            list_of(parsed, "vary"),
            {},
            optional(parsed, "vary-file"),
            platform_of(parsed),
            variants_of(list_of(parsed, "vary"), optional(parsed, "vary-file")),
            objective_of(parsed),
            uncertainty_of(parsed),
            required(parsed, "out")};
  task.networks = networks_of(parsed);
  if (task.variants.axes.empty()) throw UsageError("nothing varies: give --vary or --vary-file");
  return task;
}

RunDescription description(const Task& task) {
  std::string variants;
  for (const std::vector<platforms::Override>& changes : task.variants.changes) {
    Arguments texts;
    for (const platforms::Override& change : changes) texts.push_back(to_string(change));
    variants += fmt::format("{};", fmt::join(texts, " "));
  }
  return {{"platform", fmt::format("{} {}, model {}", task.platform.name,
                                   platforms::platform_hash(task.platform), sim::kModelVersion)},
          {"networks", task.networks.identity()},
          {"vary", fmt::format("{}", fmt::join(task.vary, "; "))},
          {"vary-file", task.vary_file.value_or("none")},
          {"variants", fmt::format("{}, {}", task.variants.size(), text_hash(variants))},
          {"objective", task.objective_name},
          {"uncertainty", task.sampling ? fmt::format("{} samples of seed {}",
                                                      task.sampling->samples, task.sampling->seed)
                                        : "none"}};
}

sim::MappingWanted mapping_of(const Task& task) {
  sim::MappingWanted wanted;
  wanted.goal = task.objective;
  return wanted;
}

std::vector<sim::SweptPoint> swept(std::vector<sim::VariantPoint> points) {
  std::vector<sim::SweptPoint> all;
  for (sim::VariantPoint& point : points) all.push_back({std::move(point), {}, {}, std::nullopt});
  return all;
}

// The networks on a variant of the sweep, and what that hangs on. What varies is chosen, so that
// its range says nothing.
std::vector<sim::SweptPoint> points_of(const Task& task, std::size_t variant,
                                       sim::JobResults& results) {
  const platforms::Platform chip = task.variant(variant);
  const sim::UncertaintyPlan plan = sim::plan_uncertainty(
      platforms::uncertain_parameters(chip), task.sampling->samples, task.sampling->seed);
  const auto platform = [&](std::size_t i) { return platforms::with(chip, plan.variants[i]); };
  const std::vector<sim::VariantPoint> points =
      run_variants({plan.variants.size(), platform, task.networks.networks, mapping_of(task),
                    fmt::format("runs of variant {}", variant + 1)},
                   results);
  const std::size_t networks = task.networks.names.size();
  std::vector<sim::SweptPoint> all =
      swept({points.begin(), points.begin() + static_cast<std::ptrdiff_t>(networks)});
  for (std::size_t n = 0; n < networks; ++n) {
    if (!all[n].infeasible) all[n].uncertainty = summarise(plan, of_network(points, n, networks));
  }
  return all;
}

std::vector<sim::SweptPoint> all_points(const Task& task, sim::JobResults& results) {
  const std::size_t variants = task.variants.size();
  if (!task.sampling) {
    const auto variant = [&](std::size_t i) { return task.variant(i); };
    return swept(
        run_variants({variants, variant, task.networks.networks, mapping_of(task)}, results));
  }
  std::vector<sim::SweptPoint> all;
  for (std::size_t v = 0; v < variants; ++v) {
    for (sim::SweptPoint& point : points_of(task, v, results)) all.push_back(std::move(point));
  }
  return all;
}

sim::SweepResult run(const Task& task, sim::JobResults& results) {
  const Arguments& names = task.networks.names;
  sim::SweepResult all{task.platform.name,
                       platforms::platform_hash(task.platform),
                       task.objective_name,
                       task.variants.axes,
                       names,
                       all_points(task, results)};
  for (std::size_t i = 0; i < all.points.size(); ++i) {
    all.points[i].values = task.variants.texts(i / names.size());
    all.points[i].network = names[i % names.size()];
  }
  return all;
}

std::string summary(const sim::SweepResult& result, const fs::path& out) {
  std::size_t infeasible = 0;
  for (const sim::SweptPoint& point : result.points) infeasible += point.infeasible ? 1 : 0;
  return fmt::format("{} points, {} of them do not run; see {}\n", result.points.size(), infeasible,
                     (out / "index.html").string());
}

}  // namespace

std::string sweep(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};
  const Task task = task_of(parsed);
  for (std::size_t i = 0; i < task.variants.size(); ++i) task.variant(i);  // all are allowed
  const int jobs = jobs_of(parsed);
  if (parsed.values["resume"].as<bool>()) insist_on_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, description(task));
  FolderResults results(folder, task.sampling ? chosen_cache(parsed) : cache_file(parsed), jobs);
  const sim::SweepResult result = run(task, *results);
  write_file(folder.file("sweep.csv"), write_csv(sim::sweep_table(result)));
  write_file(folder.file("sweep.json"), write_json(sim::sweep_document(result), JsonLayout::lines));
  write_file(folder.file("index.html"), sim::format_sweep_page(result));
  results.done();
  return summary(result, task.out);
}

}  // namespace h4h::tools
