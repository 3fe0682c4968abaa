#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/csv/csv_writer.hpp"
#include "base/mean.hpp"
#include "base/text/hash.hpp"
#include "base/text/nearest.hpp"
#include "base/text/wrap.hpp"
#include "platforms/description/loader.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/report/provenance.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/reproduce_variants.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/sampling_options.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/format.hpp"
#include "tools/studies/transformers.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using studies::Study;

constexpr const char kCheckpoint[] = "reproduce.json";

const char kHowTo[] =
    "usage: h4h reproduce NAME...|all --out DIR [options]\n"
    "       h4h reproduce --list\n"
    "Reproduces figures of the H4H paper. Writes NAME.csv for each, measures.csv, claims.csv, "
    "ablations.csv and index.html into --out, and prints the verdict on each of the paper's "
    "claims against its acceptance criterion. The summary counts only claims of kind 'tested' "
    "(those that could fail). Claims on latency and energy are also measured with each categorical "
    "choice "
    "changed: "
    "operand buffer, matmul rule, duplex, capacity. With --uncertainty each claim gets an "
    "interval, the share of samples in which it holds, and the parameters that flip its verdict; "
    "`all` then takes about 40 minutes on two CPUs, and leaves out studies without claims. After "
    "an interruption the same command resumes. --seed seeds samples and searches.\n";

std::string left_out_text() {
  std::string text = "Not reproduced:\n";
  for (const studies::LeftOut& left : studies::left_out()) {
    text += fmt::format("  {}: {}\n", left.what, left.why);
  }
  return text;
}

Options options() {
  Options options("options");
  // clang-format off
  options.add_options()
      ("list", po::bool_switch(), "list the studies and what each of them measures");
  // clang-format on
  add_platform_options(options);
  add_out_options(options, "results");
  add_uncertainty_options(options);
  // clang-format off
  options.add_options()
      ("claims", po::value<std::string>()->default_value("", "tools/studies/claims.yaml")->value_name("FILE"), "the paper's claims and their acceptance criteria")
      ("accuracy", po::value<std::string>()->default_value("surrogate")->value_name("surrogate"), "accuracies in studies with a search: surrogate, an estimate from MACs and ViT blocks")
      ("evaluations", po::value<std::string>()->default_value("20000")->value_name("N"), "number of networks that a search evaluates per platform");
  // clang-format on
  add_jobs_option(options);
  add_cache_option(options);
  return options;
}

std::string listed() {
  std::string text;
  for (const Study& study : studies::all_studies()) {
    text += wrapped(fmt::format("{:<15} {}", study.name, study.shows), 16);
  }
  return text + wrapped(left_out_text(), 4);
}

Arguments studies_named() {
  Arguments names;
  for (const Study& study : studies::all_studies()) names.push_back(study.name);
  names.emplace_back("all");
  return names;
}

void refuse_unknown(const Arguments& names) {
  const Arguments allowed = studies_named();
  for (const std::string& name : names) {
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      throw UsageError(fmt::format("unknown study '{}'{}; known: {}", name,
                                   did_you_mean(name, allowed), fmt::join(allowed, ", ")));
    }
  }
}

// In the order in which they are listed, whatever the order on the command line.
std::vector<Study> chosen(const Parsed& parsed) {
  if (parsed.values.count("study") == 0) {
    throw UsageError("a study is required: h4h reproduce NAME..., or all");
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
      throw UsageError(fmt::format("--set {}: the studies vary this key themselves", key));
    }
  }
}

struct Task {
  std::vector<Study> studies;
  bool all = false;
  Arguments overrides;
  std::string platform_file, claims_file;
  fs::path out;
  std::string command{};  // as the page shows it
  bool resume = false;
  std::optional<fs::path> cache;
  int jobs = 1;
  nas::SearchSettings search;
  std::optional<Sampling> sampling;
};

// --seed is of samples and of searches.
nas::SearchSettings search_of(const Parsed& parsed) {
  one_of("accuracy", required(parsed, "accuracy"), {"surrogate"});
  nas::SearchSettings settings;
  settings.population = 96;
  settings.evaluations = whole(parsed, "evaluations", settings.population, 1'000'000);
  settings.seed = sampling_of(parsed).seed;
  return settings;
}

bool searches(const std::vector<Study>& studies) {
  return std::any_of(studies.begin(), studies.end(), [](const Study& s) { return s.by_surrogate; });
}

// Only searches and samples depend on the random seed.
std::optional<Sampling> sampling(const Parsed& parsed, const std::vector<Study>& studies) {
  if (!parsed.values["uncertainty"].as<bool>() && searches(studies)) {
    if (!given(parsed, "samples")) return std::nullopt;
    throw UsageError("--samples needs --uncertainty");
  }
  return uncertainty_of(parsed);
}

Task task_of(const Parsed& parsed) {
  Task task;
  task.studies = chosen(parsed);
  const auto names = list_of(parsed, "study");
  task.all = std::find(names.begin(), names.end(), "all") != names.end();
  task.out = required(parsed, "out");
  task.command = page_command("reproduce", parsed);
  std::error_code ignored;  // a file that is not there is refused when it is read
  task.claims_file =
      fs::weakly_canonical(file_of(parsed, "claims", "claims.yaml"), ignored).string();
  task.platform_file = file_of(parsed, "platform", "platforms/h4h-7nm.yaml").string();
  task.overrides = list_of(parsed, "set");
  task.resume = parsed.values["resume"].as<bool>();
  refuse_same_outputs(
      outputs_of(parsed, {"cache"},
                 {kCheckpoint, "measures.csv", "claims.csv", "ablations.csv", "index.html"}));
  task.cache = cache_file(parsed);
  task.jobs = jobs_of(parsed);
  task.search = search_of(parsed);
  if (!searches(task.studies) && given(parsed, "evaluations")) {
    throw UsageError("--evaluations needs a study that searches");
  }
  task.sampling = sampling(parsed, task.studies);
  refuse_varied(task.studies, task.overrides);
  return task;
}

std::string plan_text(const sim::UncertaintyPlan& plan) {
  return fmt::format("{} samples of seed {}, {}", plan.samples, plan.seed, hash_of(plan.variants));
}

std::string names_of(const std::vector<Study>& studies) {
  Arguments names;
  for (const Study& study : studies) names.push_back(study.name);
  return fmt::format("{}", fmt::join(names, " "));
}

RunDescription description(const Task& task, const platforms::Platform& platform,
                           const studies::Claims& claims,
                           const std::optional<sim::UncertaintyPlan>& plan,
                           const std::vector<Study>& varied) {
  RunDescription described{
      {"studies", names_of(task.studies)},
      {"platform", fmt::format("{} {}, model {}", platform.name, platforms::platform_hash(platform),
                               sim::kModelVersion)},
      {"claims", fmt::format("{} {}", task.claims_file, text_hash(claims.text()))},
      {"uncertainty", plan ? plan_text(*plan) + ", of " + names_of(varied) : "none"}};
  if (searches(task.studies)) {
    described.push_back({"accuracy", nas::surrogate_identity()});
    described.push_back({"searches", fmt::format("{} evaluations of seed {}",
                                                 task.search.evaluations, task.search.seed)});
  }
  return described;
}

std::string chip_text(const Task& task, const platforms::Platform& platform) {
  std::string text = platform.name;
  for (const std::string& setting : task.overrides) text += ", " + setting;
  return text;
}

void tell(const std::string& what) {
  if (::isatty(STDERR_FILENO) != 0) std::cerr << what << "\n";
}

// Studies that run on variants too: those that were named, and of `all` those with claims.
std::vector<Study> on_variants(const Task& task, const studies::Claims& claims) {
  std::vector<Study> some;
  for (const Study& study : task.studies) {
    if (!task.all || claims.ask(study.name)) some.push_back(study);
  }
  return some;
}

std::optional<sim::UncertaintyPlan> plan_of(const Task& task, const std::vector<Study>& studies,
                                            const platforms::Platform& platform) {
  if (!task.sampling) return std::nullopt;
  return sim::plan_uncertainty(uncertain_parameters_of(studies, platform), task.sampling->samples,
                               task.sampling->seed);
}

std::map<std::string, studies::Result> run_studies(const Task& task, const studies::Setup& setup,
                                                   const RunFolder& folder) {
  std::map<std::string, studies::Result> results;
  for (const Study& study : task.studies) {
    InterruptNote::set_progress(
        fmt::format("{} of {} studies", results.size(), task.studies.size()));
    tell(study.name + ": " + study.shows);
    const studies::Result& result = results[study.name] = study.run(setup);
    folder.write(study.name + ".csv", write_csv(sim::with_provenance(result.table, "h4h.study/1")));
  }
  return results;
}

// Notes on the table of claims.
std::string remarks(const std::map<std::string, studies::Result>& results,
                    const std::vector<studies::StudyMeasures>& variants,
                    const std::optional<sim::UncertaintyPlan>& plan) {
  std::string text;
  for (const Study& study : studies::all_studies()) {
    if (results.count(study.name) == 0) continue;
    if (study.by_surrogate) {
      text += study.name + ": accuracies are estimates of the surrogate: nothing was trained\n";
    }
    const std::string held = studies::transformers_text(results.at(study.name).measures);
    if (!held.empty()) text += study.name + ": " + held + "\n";
    if (!plan) continue;
    const std::vector<double> changed =
        sim::sampled(*plan, studies::outcomes_of(variants, study.name, studies::kOtherMappings));
    if (changed.empty()) continue;
    text += fmt::format("{}: the best mapping changes in {:.0f} % of the sampled runs\n",
                        study.name, 100 * mean(changed));
  }
  return text;
}

// Of studies that a headline asks about.
void add_ablations(const studies::Claims& claims, const studies::Setup& setup,
                   const std::map<std::string, studies::Result>& results,
                   std::vector<studies::JudgedClaim>& judged) {
  std::vector<Study> asked;
  for (const Study& study : studies::all_studies()) {
    if (results.count(study.name) > 0 && claims.ask_ablations(study.name)) asked.push_back(study);
  }
  const std::vector<studies::Ablation> all = studies::ablations_of(setup.platform());
  std::vector<studies::StudyMeasures> measured;
  for (const studies::Ablation& ablation : all) {
    if (!asked.empty()) tell("ablation " + ablation.setting());
    measured.push_back(studies::measure_ablation(setup, ablation, asked, results));
  }
  studies::add_ablations(judged, results, all, measured);
}

std::string run(const Task& task) {
  const studies::Claims claims(task.claims_file);
  Results layers(task.cache, task.jobs);
  studies::Setup setup(platforms::load_platform(task.platform_file, task.overrides), *layers);
  setup.set_search(task.search);
  setup.set_listener(tell);
  const platforms::Platform platform = setup.platform();
  const std::vector<Study> varied = on_variants(task, claims);
  const std::optional<sim::UncertaintyPlan> plan = plan_of(task, varied, platform);
  if (task.resume) require_checkpoint(task.out / kCheckpoint);
  const RunFolder folder(task.out, kCheckpoint);
  claim_folder(folder, description(task, platform, claims, plan, varied));
  const InterruptNote note(kRerun);

  const std::map<std::string, studies::Result> results = run_studies(task, setup, folder);
  std::vector<studies::JudgedClaim> judged = claims.judge(results);
  add_ablations(claims, setup, results, judged);
  std::vector<studies::StudyMeasures> variants;
  if (plan) {
    setup.set_listener({});
    layers.keep_no_more();  // what variants need once is not worth a place in the user's cache
    variants = measure_variants({varied, results, setup, *plan}, folder);
    add_ranges(judged, *plan, variants);
  }
  folder.write("measures.csv", write_csv(measures_table(results, plan, variants)));
  folder.write("claims.csv", write_csv(claims_table(judged)));
  folder.write("ablations.csv", write_csv(ablations_table(judged)));
  folder.write("index.html",
               format_page(chip_text(task, platform), results, judged, plan, task.command));
  const std::string ablations = format_ablations_table(judged);
  const std::string remarked = remarks(results, variants, plan);
  return format_claims_table(judged) + (ablations.empty() ? "" : "\n" + ablations) +
         (remarked.empty() ? "" : "\n" + remarked);
}

}  // namespace

std::string reproduce(const Arguments& arguments) {
  const std::string usage = kHowTo + left_out_text();
  const Parsed parsed = parse(arguments, options(), usage, {"study", {}, "", studies_named});
  if (parsed.help) return {};
  if (parsed.values["list"].as<bool>()) return listed();
  return run(task_of(parsed));
}

}  // namespace h4h::tools
