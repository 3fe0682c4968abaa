#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "base/mean.hpp"
#include "base/text/hash.hpp"
#include "platforms/description/loader.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/report/provenance.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/reproduce_variants.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/run_reproduce.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/format.hpp"
#include "tools/studies/picture.hpp"
#include "tools/studies/trained/recorded.hpp"
#include "tools/studies/transformers.hpp"

namespace h4h::tools {
namespace {

using studies::Study;

bool by_surrogate(const std::vector<Study>& studies) {
  return std::any_of(studies.begin(), studies.end(), [](const Study& s) { return s.by_surrogate; });
}

std::string plan_text(const sim::UncertaintyPlan& plan) {
  return fmt::format("{} samples of seed {}, {}", plan.samples, plan.seed, hash_of(plan.variants));
}

std::string names_of(const std::vector<Study>& studies) {
  Arguments names;
  for (const Study& study : studies) names.push_back(study.name);
  return fmt::format("{}", fmt::join(names, " "));
}

std::string trainings_text(const TrainedTask& task) {
  const studies::TrainedSettings& s = task.settings;
  if (!task.runs.empty()) {
    return fmt::format("{}, {} of {} evaluated", fmt::join(task.runs, " "), s.population,
                       s.evaluations);
  }
  return fmt::format(
      "{} seeds from {} on, {} steps, {} networks, {} of {} evaluated, on {}: {}, {}, {}", s.seeds,
      s.first_seed, s.steps, s.networks, s.population, s.evaluations, s.data, s.space, s.resnet,
      s.irb);
}

// Tables by their contents.
std::string rows_text(const Arguments& rows) {
  Arguments all;
  for (const std::string& table : rows) {
    all.push_back(fmt::format("{} {}", table, text_hash(read_file(table, kCsvLimit))));
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

RunDescription description(const ReproduceTask& task, const platforms::Platform& platform,
                           const studies::Claims& claims,
                           const std::optional<sim::UncertaintyPlan>& plan,
                           const std::vector<Study>& varied) {
  RunDescription described{
      {"studies", names_of(task.studies)},
      {"platform", fmt::format("{} {}, model {}", platform.name, platforms::platform_hash(platform),
                               sim::kModelVersion)},
      {"claims", fmt::format("{} {}", task.claims_file, text_hash(claims.text()))},
      {"uncertainty", plan ? plan_text(*plan) + ", of " + names_of(varied) : "none"}};
  if (by_surrogate(task.studies)) {
    described.push_back({"accuracy", nas::surrogate_identity()});
    described.push_back({"searches", fmt::format("{} evaluations of seed {}",
                                                 task.search.evaluations, task.search.seed)});
  }
  if (task.trained) described.push_back({"trainings", trainings_text(*task.trained)});
  if (task.trained && !task.trained->rows.empty()) {
    described.push_back({"rows", rows_text(task.trained->rows)});
  }
  return described;
}

std::string chip_text(const ReproduceTask& task, const platforms::Platform& platform) {
  std::string text = platform.name;
  for (const std::string& setting : task.overrides) text += ", " + setting;
  return text;
}

void tell(const std::string& what) {
  if (::isatty(STDERR_FILENO) != 0) std::cerr << what << "\n";
}

// Studies that run on variants too: those that were named, and of `all` those with claims.
std::vector<Study> on_variants(const ReproduceTask& task, const studies::Claims& claims) {
  std::vector<Study> some;
  for (const Study& study : task.studies) {
    if (study.trains) continue;  // nothing is trained again for another chip
    if (!task.all || claims.ask(study.name)) some.push_back(study);
  }
  return some;
}

std::optional<sim::UncertaintyPlan> plan_of(const ReproduceTask& task,
                                            const std::vector<Study>& studies,
                                            const platforms::Platform& platform) {
  if (!task.sampling) return std::nullopt;
  return sim::plan_uncertainty(uncertain_parameters_of(studies, platform), task.sampling->samples,
                               task.sampling->seed);
}

std::map<std::string, studies::Result> run_studies(const ReproduceTask& task,
                                                   const studies::Setup& setup,
                                                   const RunFolder& folder) {
  std::map<std::string, studies::Result> results;
  for (const Study& study : task.studies) {
    InterruptNote::set_progress(
        fmt::format("{} of {} studies", results.size(), task.studies.size()));
    tell(study.name + ": " + study.shows);
    const studies::Result& result = results[study.name] = study.run(setup);
    folder.write(study.name + ".csv", write_csv(sim::with_provenance(result.table, "h4h.study/1")));
    if (result.charts.empty()) continue;
    folder.write(study.name + ".svg",
                 studies::format_svg(study.name + ": " + study.shows, result.charts));
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

std::unique_ptr<studies::Trainings> trainings_of(const ReproduceTask& task,
                                                 const MakeTrainings& make_trainings) {
  std::unique_ptr<studies::Trainings> all = make_trainings(task);
  const Arguments& rows = task.trained->rows;
  if (rows.empty()) return all;
  return std::make_unique<studies::RecordedTrainings>(
      std::move(all), std::vector<std::filesystem::path>(rows.begin(), rows.end()));
}

}  // namespace

std::string run_reproduce(const ReproduceTask& task, const MakeTrainings& make_trainings) {
  const studies::Claims claims(task.claims_file);
  Results layers(task.cache, task.jobs);
  studies::Setup setup(platforms::load_platform(task.platform_file, task.overrides), *layers);
  setup.set_search(task.search);
  setup.set_listener(tell);
  const platforms::Platform platform = setup.platform();
  const std::vector<Study> varied = on_variants(task, claims);
  const std::optional<sim::UncertaintyPlan> plan = plan_of(task, varied, platform);
  // Before the folder is claimed: it refuses what it is given.
  std::unique_ptr<studies::Trainings> trainings;
  if (task.trained) trainings = trainings_of(task, make_trainings);
  setup.set_trainings(trainings.get());
  if (task.resume) require_checkpoint(task.out / kReproduceCheckpoint);
  const RunFolder folder(task.out, kReproduceCheckpoint);
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

}  // namespace h4h::tools
