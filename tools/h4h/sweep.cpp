#include <fmt/format.h>

#include <algorithm>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "tools/h4h/folder_results.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/run_sweep.hpp"

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

struct Task : SweepTask {
  Arguments vary;
  std::optional<std::string> vary_file;
  fs::path out;
};

Task task_of(const Parsed& parsed) {
  const Arguments vary = list_of(parsed, "vary");
  const auto vary_file = optional(parsed, "vary-file");
  Task task{{{},
             platform_of(parsed),
             variants_of(vary, vary_file),
             mapping_options_of(parsed),
             uncertainty_of(parsed)},
            vary,
            vary_file,
            required(parsed, "out")};
  task.networks = networks_of(parsed);
  return task;
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
  check_sweep(task);
  refuse_same_outputs(outputs_of(
      parsed, {"cache"}, {kCheckpoint, "sweep.csv", "sweep.json", "index.html", kFolderResults}));
  const int jobs = jobs_of(parsed);
  if (parsed.values["resume"].as<bool>()) require_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, description(task));
  const InterruptNote note(kRerun);
  FolderResults results(folder, task.sampling ? chosen_cache(parsed) : cache_file(parsed), jobs);
  sim::SweepResult result = run_sweep(task, *results);
  result.command = page_command("sweep", parsed);
  result.simulate = page_command(
      "simulate", parsed, {"network", "vary", "vary-file", "uncertainty", "samples", "seed"});
  folder.write("sweep.csv", write_csv(sim::sweep_table(result)));
  folder.write("sweep.json", write_json(sim::sweep_document(result), JsonLayout::lines));
  folder.write("index.html", sim::format_sweep_page(result));
  results.done();
  return summary(result, task.out);
}

}  // namespace h4h::tools
