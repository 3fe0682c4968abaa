#include <fmt/format.h>

#include <algorithm>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "sim/sweep/sweep.hpp"
#include "tools/h4h/folder_results.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/network_list.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/run_variants.hpp"
#include "tools/h4h/sampling_options.hpp"
#include "tools/h4h/variants.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char kCheckpoint[] = "sweep.checkpoint.json";
constexpr const char kUsage[] =
    "usage: h4h sweep --platform FILE --network NAME... --vary KEY=VALUES... --out DIR [options]\n"
    "Simulates networks on every combination of the values of --vary, each with its best mapping.\n"
    "VALUES: a list such as 1,2,4 or 'half,full', or a range LOW..HIGH[:STEP], with step 1 "
    "by default: 0..8, 4..8:2. A range gives its unit once or on each number: '4..8:2 "
    "GB/s', "
    "'4 GB/s..8 GB/s:2 GB/s'. Lists and ranges may be mixed: 0..4,8,16.\n"
    "Writes sweep.csv, sweep.json and index.html into --out. After an interruption the same "
    "command resumes.\n";

Options options() {
  Options options("options");
  add_platform_options(options);
  add_networks_option(options);
  add_input_option(options);
  // clang-format off
  options.add_options()
      ("vary", choices(key_words)->value_name("KEY=VALUES"), "a platform key and its values: a list separated by commas, or a range LOW..HIGH[:STEP]; may be repeated")
      ("vary-file", po::value<std::string>()->value_name("FILE"), "a CSV file whose columns are platform keys; each row is a variant");
  // clang-format on
  add_out_options(options, "a sweep");
  add_mapping_options(options);
  add_fps_option(options);
  add_uncertainty_options(options);
  add_jobs_option(options);
  add_cache_option(options, "; with --uncertainty: a temporary file in --out, unless one is named");
  return options;
}

struct Task {
  Arguments vary;
  NetworkList networks;
  std::optional<std::string> vary_file;
  platforms::Platform platform;
  Variants variants;
  MappingOptions mapping;
  std::optional<Sampling> sampling;
  fs::path out;

  // Throws what platforms::with() throws of a value that is not allowed.
  platforms::Platform variant(std::size_t i) const {
    return platforms::with(platform, variants.changes.at(i));
  }
};

Task task_of(const Parsed& parsed) {
  Task task{list_of(parsed, "vary"),
            {},
            optional(parsed, "vary-file"),
            platform_of(parsed),
            variants_of(list_of(parsed, "vary"), optional(parsed, "vary-file")),
            mapping_options_of(parsed),
            uncertainty_of(parsed),
            required(parsed, "out")};
  task.networks = networks_of(parsed);
  if (task.variants.axes.empty()) throw UsageError("--vary or --vary-file is missing");
  if (task.mapping.file && task.networks.names.size() > 1) {
    throw UsageError("a mapping file applies to one network: give one --network");
  }
  return task;
}

// What is wrong with values of a file of variants, each once: other axes multiply its rows.
class WrongRows {
 public:
  void add(const platforms::PlatformError& error) {
    if (text_.empty() || last_ != error.what())
      text_ += (text_.empty() ? "" : "\n") + (last_ = error.what());
  }
  void refuse() const {
    if (!text_.empty()) throw platforms::PlatformError(text_);
  }

 private:
  std::string text_, last_;
};

// Before anything is simulated: throws for variants that are not allowed, and for a mapping file
// that fits none.
void check_variants(const Task& task) {
  std::optional<sim::MappingFileError> wrong;
  WrongRows wrong_rows;
  bool fits = false;
  for (std::size_t i = 0; i < task.variants.size(); ++i) {
    try {
      task.mapping.of(task.variant(i), task.networks.networks.front());
      fits = true;
    } catch (const platforms::OverrideError&) {  // of the command line
      throw;
    } catch (const platforms::PlatformError& error) {
      wrong_rows.add(error);
    } catch (const sim::MappingFileError& error) {
      if (!wrong) wrong = error;
    }
  }
  wrong_rows.refuse();
  if (!fits && wrong) throw *wrong;
}

RunDescription description(const Task& task) {
  RunDescription all{
      {"platform", fmt::format("{} {}, model {}", task.platform.name,
                               platforms::platform_hash(task.platform), sim::kModelVersion)},
      {"networks", task.networks.identity()},
      {"vary", fmt::format("{}", fmt::join(task.vary, "; "))},
      {"vary-file", task.vary_file.value_or("none")},
      {"variants", fmt::format("{}, {}", task.variants.size(), hash_of(task.variants.changes))},
      {"objective", task.mapping.objective_name},
      {"uncertainty", task.sampling ? fmt::format("{} samples of seed {}", task.sampling->samples,
                                                  task.sampling->seed)
                                    : "none"}};
  all.insert(all.end(), task.mapping.given.begin(), task.mapping.given.end());
  return all;
}

std::vector<sim::SweptPoint> swept(std::vector<sim::VariantPoint> points) {
  std::vector<sim::SweptPoint> all;
  for (sim::VariantPoint& point : points) all.push_back({std::move(point), {}, {}, std::nullopt});
  return all;
}

// The networks on a variant of the sweep, with their uncertainty. A varied key is chosen, so its
// range is not used.
std::vector<sim::SweptPoint> points_of(const Task& task, std::size_t variant,
                                       sim::JobResults& results) {
  const platforms::Platform chip = task.variant(variant);
  const sim::UncertaintyPlan plan = sim::plan_uncertainty(
      platforms::uncertain_parameters(chip), task.sampling->samples, task.sampling->seed);
  const auto platform = [&](std::size_t i) { return platforms::with(chip, plan.variants[i]); };
  const std::vector<sim::VariantPoint> points =
      run_variants({plan.variants.size(), platform, task.networks.networks, task.mapping,
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
    return swept(run_variants({variants, variant, task.networks.networks, task.mapping}, results));
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
                       task.mapping.objective_name,
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
  const auto infeasible =
      std::count_if(result.points.begin(), result.points.end(),
                    [](const sim::SweptPoint& point) { return point.infeasible.has_value(); });
  return fmt::format("{} points simulated, {} infeasible; see {}\n", result.points.size(),
                     infeasible == 0 ? "none" : fmt::to_string(infeasible),
                     (out / "index.html").string());
}

}  // namespace

std::string sweep(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};
  const Task task = task_of(parsed);
  check_variants(task);
  refuse_same_outputs(outputs_of(
      parsed, {"cache"}, {kCheckpoint, "sweep.csv", "sweep.json", "index.html", kFolderResults}));
  const int jobs = jobs_of(parsed);
  if (parsed.values["resume"].as<bool>()) require_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, description(task));
  const InterruptNote note(kRerun);
  FolderResults results(folder, task.sampling ? chosen_cache(parsed) : cache_file(parsed), jobs);
  const sim::SweepResult result = run(task, *results);
  folder.write("sweep.csv", write_csv(sim::sweep_table(result)));
  folder.write("sweep.json", write_json(sim::sweep_document(result), JsonLayout::lines));
  folder.write("index.html", sim::format_sweep_page(result));
  results.done();
  return summary(result, task.out);
}

}  // namespace h4h::tools
