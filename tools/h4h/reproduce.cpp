#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "sim/job/layer_job.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/write_file.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/format.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using Json = nlohmann::ordered_json;
using studies::Study;

constexpr const char kCheckpoint[] = "reproduce.json";

const char kUsage[] =
    "usage: h4h reproduce NAME...|all --out DIR [options]\n"
    "       h4h reproduce --list\n"
    "Figures of the H4H paper again. Writes NAME.csv for each, claims.csv and index.html into\n"
    "--out, and prints what became of the paper's claims. The same command again computes all of "
    "it\n"
    "again, within seconds, to the same bytes.\n";

po::options_description options() {
  po::options_description options("options");
  add_platform_options(options);
  add_cache_option(options);
  // clang-format off
  options.add_options()
      ("study", po::value<Arguments>()->value_name("NAME"), "figure; without the name: h4h reproduce NAME...")
      ("list", po::bool_switch(), "print the names, and what each shows")
      ("claims", po::value<std::string>()->default_value(H4H_SOURCE_DIR "/tools/studies/claims.yaml")->value_name("FILE"), "the paper's claims, and when they hold")
      ("out", po::value<std::string>()->value_name("DIR"), "folder of the results")
      ("resume", po::bool_switch(), "insist on results in --out to go on with");
  // clang-format on
  return options;
}

std::string listed() {
  std::string text;
  for (const Study& study : studies::all_studies()) {
    text += fmt::format("{:<15} {}\n", study.name, study.shows);
  }
  return text;
}

void refuse_unknown(const Arguments& names) {
  Arguments allowed;
  for (const Study& study : studies::all_studies()) allowed.push_back(study.name);
  allowed.emplace_back("all");
  for (const std::string& name : names) {
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      throw UsageError(fmt::format("study '{}' is not one of: {}", name, fmt::join(allowed, ", ")));
    }
  }
}

// In the order in which they are listed, whatever the order on the command line.
std::vector<Study> chosen(const Parsed& parsed) {
  if (parsed.values.count("study") == 0) {
    throw UsageError("which studies? h4h reproduce NAME..., or all");
  }
  const auto names = parsed.values["study"].as<Arguments>();
  refuse_unknown(names);
  const auto named = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<Study> studies;
  for (const Study& study : studies::all_studies()) {
    if (named(study.name) || named("all")) studies.push_back(study);
  }
  return studies;
}

// A value that no study leaves as it was given has no effect.
void refuse_varied(const std::vector<Study>& studies, const Arguments& overrides) {
  for (const std::string& setting : overrides) {
    const std::string key = setting.substr(0, setting.find('='));
    const auto varies = [&](const Study& study) {
      return std::find(study.varies.begin(), study.varies.end(), key) != study.varies.end();
    };
    if (std::all_of(studies.begin(), studies.end(), varies)) {
      throw UsageError(fmt::format("--set {}: what was asked for varies this key itself", key));
    }
  }
}

struct Task {
  std::vector<Study> studies;
  Arguments overrides;
  std::string platform_file, claims_file;
  fs::path out;
  bool resume = false;
  std::optional<fs::path> cache;
};

Task task_of(const Parsed& parsed) {
  Task task;
  task.studies = chosen(parsed);
  task.out = required(parsed, "out");
  std::error_code ignored;  // a file that is not there is refused when it is read
  task.claims_file = fs::weakly_canonical(required(parsed, "claims"), ignored).string();
  task.platform_file =
      optional(parsed, "platform").value_or(H4H_SOURCE_DIR "/platforms/h4h-7nm.yaml");
  if (parsed.values.count("set") > 0) task.overrides = parsed.values["set"].as<Arguments>();
  task.resume = parsed.values["resume"].as<bool>();
  task.cache = cache_file(parsed);
  refuse_varied(task.studies, task.overrides);
  return task;
}

RunDescription description(const Task& task, const platforms::Platform& platform) {
  Arguments names;
  for (const Study& study : task.studies) names.push_back(study.name);
  return {{"studies", fmt::format("{}", fmt::join(names, " "))},
          {"platform", fmt::format("{} {}, model {}", platform.name,
                                   platforms::platform_hash(platform), sim::kModelVersion)},
          {"claims", task.claims_file}};
}

std::string chip_text(const Task& task, const platforms::Platform& platform) {
  std::string text = platform.name;
  for (const std::string& setting : task.overrides) text += ", " + setting;
  return text;
}

std::string run(const Task& task) {
  const studies::Claims claims(task.claims_file);
  const Results layers(task.cache);
  const studies::Setup setup(task.platform_file, task.overrides, *layers);
  const platforms::Platform platform = setup.platform();
  if (task.resume) insist_on_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, description(task, platform));

  std::map<std::string, studies::Result> results;
  for (const Study& study : task.studies) {
    if (::isatty(STDERR_FILENO) != 0) std::cerr << study.name << ": " << study.shows << "\n";
    const studies::Result& result = results[study.name] = study.run(setup);
    write_file(folder.file(study.name + ".csv"), format_csv(result.table));
  }
  const std::vector<studies::JudgedClaim> judged = claims.judge(results);
  write_file(folder.file("claims.csv"), format_claims_csv(judged));
  write_file(folder.file("index.html"), format_page(chip_text(task, platform), results, judged));
  return format_claims_table(judged);
}

}  // namespace

std::string reproduce(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage, "study");
  if (parsed.help) return {};
  if (parsed.values["list"].as<bool>()) return listed();
  return run(task_of(parsed));
}

}  // namespace h4h::tools
