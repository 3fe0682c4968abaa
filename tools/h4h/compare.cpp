#include <fmt/format.h>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/folder_results.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/run_compare.hpp"
#include "tools/h4h/run_description.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char kCheckpoint[] = "compare.checkpoint.json";
constexpr const char kUsage[] =
    "usage: h4h compare FIRST.yaml SECOND.yaml --network NAME... --out DIR [options]\n"
    "Two platforms on the same networks: ratios of latency, energy, their product and area, with "
    "uncertainty. Every platform value with a range is varied; uncertain parameters that both "
    "platforms share are varied together (paired samples). --set applies to both platforms. Writes "
    "compare.csv, compare.json and index.html into --out. After an interruption the same command "
    "resumes.\n";

Options options() {
  Options options("options");
  options.add_options()("platform", choices(platform_names)->value_name("FILE"),
                        "the two platform files, if not given as arguments");
  add_set_option(options);
  add_networks_option(options);
  add_input_option(options);
  add_out_options(options, "a comparison");
  add_mapping_options(options, "auto", false);
  add_fps_option(options);
  add_sampling_options(options);
  add_jobs_option(options);
  add_cache_option(options, "; here: a temporary file in --out, unless one is named");
  return options;
}

struct Task : CompareTask {
  fs::path out;
};

Task task_of(const Parsed& parsed) {
  const Arguments files = list_of(parsed, "platform");
  if (files.size() != 2) {
    throw UsageError(fmt::format("two platform files are required, {} given", files.size()));
  }
  const Arguments settings = list_of(parsed, "set");
  NetworkList networks = networks_of(parsed);
  const MappingOptions mapping = mapping_options_of(parsed, false);
  const Sampling sampling = sampling_of(parsed);
  const std::string out = required(parsed, "out");
  const auto chip = [&](const std::string& file) {
    return CompareTask::Chip{file, platforms::load_platform(file, settings)};
  };
  return {{chip(files[0]), chip(files[1]), std::move(networks), mapping, sampling}, out};
}

std::string text_of(const CompareTask::Chip& chip) {
  return fmt::format("{} {}, model {}", chip.platform.name, platforms::platform_hash(chip.platform),
                     sim::kModelVersion);
}

RunDescription description(const Task& task) {
  RunDescription all{{"first", text_of(task.first)},
                     {"second", text_of(task.second)},
                     {"networks", task.networks.identity()},
                     {"objective", task.mapping.objective_name},
                     {"samples", fmt::to_string(task.sampling.samples)},
                     {"seed", fmt::to_string(task.sampling.seed)}};
  all.insert(all.end(), task.mapping.given.begin(), task.mapping.given.end());
  return all;
}

}  // namespace

std::string compare(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage, "platform");
  if (parsed.help) return {};
  const Task task = task_of(parsed);
  refuse_same_outputs(
      outputs_of(parsed, {"cache"},
                 {kCheckpoint, "compare.csv", "compare.json", "index.html", kFolderResults}));
  const int jobs = jobs_of(parsed);
  check_compare(task);
  const RunDescription described = description(task);
  if (parsed.values["resume"].as<bool>()) require_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, described);
  const InterruptNote note(kRerun);
  FolderResults results(folder, chosen_cache(parsed), jobs);
  sim::ComparisonResult result = run_compare(task, *results);
  result.command = page_command("compare", parsed);
  folder.write("compare.csv", write_csv(sim::comparison_table(result)));
  folder.write("compare.json", write_json(sim::comparison_document(result)));
  folder.write("index.html", sim::format_comparison_page(result));
  results.done();
  return sim::format_comparison_table(result) +
         fmt::format("see {}\n", (task.out / "index.html").string());
}

}  // namespace h4h::tools
