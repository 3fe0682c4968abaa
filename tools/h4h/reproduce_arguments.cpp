#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "base/text/nearest.hpp"
#include "base/text/wrap.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_reproduce.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using studies::Study;

const char kHowTo[] =
    "usage: h4h reproduce NAME...|all --out DIR [options]\n"
    "       h4h reproduce --list\n"
    "Reproduces figures of the H4H paper. Writes NAME.csv and NAME.svg for each, "
    "measures.csv, claims.csv, ablations.csv and index.html into --out, and prints the "
    "verdict on each of the paper's claims against its acceptance criterion. The summary "
    "counts only claims of kind 'tested' (those that could fail). Claims on latency and "
    "energy are also measured with each categorical choice changed: operand buffer, matmul "
    "rule, duplex, capacity. With --uncertainty each claim gets an interval, the share of "
    "samples in which it holds, and the parameters that flip its verdict; `all` then takes "
    "about 40 minutes on two CPUs, and leaves out studies without claims. After an "
    "interruption the same command resumes. --seed seeds samples and searches.\n"
    "Studies on trained supernets (table2, table2-controls, fig7-trained, fig8-trained, "
    "energy-trained, fig9, fig11, conflict) need --quick, a small version of minutes on "
    "Fashion-MNIST, or --full with --data, of hours; `fig7`, `fig8` and `energy` then name those "
    "with "
    "-trained, and `all` includes them. They train into --out/runs. With --accuracy DIR, "
    "fig7, energy, fig9 and fig11 search that supernet and train nothing.\n";

std::string left_out_text() {
  std::string text = "Not reproduced:\n";
  for (const studies::LeftOut& left : studies::left_out()) {
    text += fmt::format("  {}: {}\n", left.what, left.why);
  }
  return text;
}

constexpr const char kSurrogate[] = "surrogate";

// Sizes of the two versions of studies that train. Full: 4,218 steps of 64 images are 6 epochs of
// the 45,000 images that CIFAR-10 has for training beside those held out.
const studies::TrainedSettings kQuick{
    "h4h-32-mini", "resnet-32", "mobilenetv2-32", 240, 0, 2, 6, 8, 16};
const studies::TrainedSettings kFull{
    "h4h-32-tiny", "resnet-32", "mobilenetv2-32", 4218, 0, 8, 30, 32, 300};

void add_training_options(Options& options) {
  const auto number = [] { return po::value<std::string>()->value_name("N"); };
  // clang-format off
  options.add_options()
      ("quick", po::bool_switch(), "studies on trained supernets, small: trends only")
      ("full", po::bool_switch(), "the same at full size")
      ("data", po::value<std::string>()->value_name("KIND[:PATH]"), "images to train on, as `h4h train --data` (default with --quick: fashion-mnist)")
      ("space", po::value<std::string>()->value_name("FILE"), "space of hybrid networks that is trained (default: h4h-32-mini with --quick, h4h-32-tiny with --full)")
      ("resnet-space", po::value<std::string>()->default_value("resnet-32")->value_name("FILE"), "space of ResNets, for fig8")
      ("irb-space", po::value<std::string>()->default_value("mobilenetv2-32")->value_name("FILE"), "space of inverted residual blocks, for fig8")
      ("seeds", number(), "number of seeds of each training (default: 2 with --quick, 8 with --full)")
      ("first-seed", po::value<std::string>()->default_value("0")->value_name("N"), "first of these seeds")
      ("steps", number(), "steps of phase 1 and of each supernet trained in one phase (default: 240 with --quick, 4218 with --full)")
      ("networks", number(), "fixed networks of table2 between the smallest and the largest (default: 6, 30)")
      ("rows", po::value<Arguments>()->value_name("FILE"), "test accuracies of runs that were measured elsewhere, a table2.csv or table2-controls.csv of the same study with other seeds or arms: such runs are not trained, unless another one starts from them; may be repeated")
      ("trained-evaluations", number(), "networks that a search of a trained supernet evaluates (default: 16, 300; with --accuracy DIR 300)");
  // clang-format on
}

bool trains(const Study& study) { return study.trains; }

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
      ("accuracy", choices([] { return Arguments{kSurrogate}; })->default_value({kSurrogate}, kSurrogate)->value_name("DIR|surrogate"), "accuracies in studies with a search: surrogate, an estimate from MACs and ViT blocks, or the --out directory of `h4h train`, for fig7, energy, fig9 and fig11; repeat it for runs with other seeds, over which claims get intervals")
      ("evaluations", po::value<std::string>()->default_value("20000")->value_name("N"), "number of networks that a search evaluates per platform");
  // clang-format on
  add_jobs_option(options);
  add_cache_option(options);
  add_training_options(options);
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

// Directories of trainings; none: the surrogate.
Arguments runs_of(const Parsed& parsed) {
  Arguments all = list_of(parsed, "accuracy");
  if (std::find(all.begin(), all.end(), kSurrogate) == all.end()) return all;
  if (all.size() == 1) return {};
  throw UsageError("--accuracy: surrogate cannot be combined with directories of trainings");
}

// Those with supernets have names of their own.
void name_trained(Arguments& names) {
  for (std::string& name : names) {
    if (name == "fig7" || name == "fig8" || name == "energy") name += "-trained";
  }
}

void refuse_runs(const std::vector<Study>& studies, const Arguments& runs) {
  for (const Study& study : studies) {
    if (study.takes_runs) continue;
    throw UsageError(
        fmt::format("--accuracy '{}': {} searches no supernet that is given; fig7, energy, fig9 "
                    "and fig11 do. Other searches take surrogate",
                    runs.front(), study.name));
  }
}

// In the order in which they are listed, whatever the order on the command line.
std::vector<Study> chosen(const Parsed& parsed, const Arguments& runs) {
  if (parsed.values.count("study") == 0) {
    throw UsageError("a study is required: h4h reproduce NAME..., or all");
  }
  auto names = parsed.values["study"].as<Arguments>();
  refuse_unknown(names);
  const bool train =
      parsed.values["quick"].as<bool>() || parsed.values["full"].as<bool>() || !runs.empty();
  if (train) name_trained(names);
  const auto named = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<Study> studies;
  for (const Study& study : studies::all_studies()) {
    const bool of_all = named("all") && (train || !study.trains);
    if (named(study.name) || of_all) studies.push_back(study);
  }
  const auto training = std::find_if(studies.begin(), studies.end(), trains);
  if (training != studies.end() && !train) {
    throw UsageError(fmt::format("{} trains supernets: pass --quick or --full{}", training->name,
                                 training->takes_runs ? ", or --accuracy DIR" : ""));
  }
  if (!runs.empty()) refuse_runs(studies, runs);
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

// --seed is of samples and of searches.
nas::SearchSettings search_of(const Parsed& parsed) {
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

// Options of what is trained; the last is of searches too.
constexpr const char* kOfTrainings[] = {
    "quick", "full",       "data",  "space",    "resnet-space", "irb-space",
    "seeds", "first-seed", "steps", "networks", "rows",         "trained-evaluations"};

void refuse_sizes(const Parsed& parsed, std::size_t options, const std::string& why) {
  for (std::size_t i = 0; i < options; ++i) {
    if (given(parsed, kOfTrainings[i])) {
      throw UsageError(fmt::format("--{} {}", kOfTrainings[i], why));
    }
  }
}

// Tables of rows, for the studies that have nothing else of their runs.
Arguments rows_of(const Parsed& parsed, const std::vector<Study>& studies) {
  Arguments rows = list_of(parsed, "rows");
  for (const Study& study : studies) {
    if (rows.empty() || !study.trains || study.takes_rows) continue;
    throw UsageError(
        fmt::format("--rows '{}': {} needs more of a run than its test accuracies; "
                    "table2 and table2-controls do not",
                    rows.front(), study.name));
  }
  return rows;
}

// A task that searches supernets which are there.
TrainedTask task_on_runs(const Parsed& parsed, const Arguments& runs) {
  refuse_sizes(parsed, std::size(kOfTrainings) - 1,
               "cannot be combined with --accuracy DIR: nothing is trained");
  TrainedTask task{kFull, true, runs};
  task.settings.seeds = runs.size();
  if (given(parsed, "trained-evaluations")) {
    task.settings.evaluations =
        whole(parsed, "trained-evaluations", task.settings.population, 1'000'000);
  }
  return task;
}

std::optional<TrainedTask> trained_of(const Parsed& parsed, const std::vector<Study>& studies,
                                      const Arguments& runs) {
  const bool quick = parsed.values["quick"].as<bool>(), full = parsed.values["full"].as<bool>();
  if (quick && full) throw UsageError("--quick and --full: give one of them");
  if (std::none_of(studies.begin(), studies.end(), trains)) {
    refuse_sizes(parsed, std::size(kOfTrainings), "needs a study that trains supernets");
    return std::nullopt;
  }
  if (!runs.empty()) return task_on_runs(parsed, runs);
  TrainedTask task{full ? kFull : kQuick, full};
  task.rows = rows_of(parsed, studies);
  studies::TrainedSettings& s = task.settings;
  s.data = full ? required(parsed, "data") : optional(parsed, "data").value_or("fashion-mnist");
  if (const auto space = optional(parsed, "space")) s.space = *space;
  s.resnet = required(parsed, "resnet-space");
  s.irb = required(parsed, "irb-space");
  const auto number = [&](const char* option, auto& value, std::uint64_t low, std::uint64_t high) {
    using Value = std::decay_t<decltype(value)>;
    if (given(parsed, option)) value = static_cast<Value>(whole(parsed, option, low, high));
  };
  // Of one seed there is no interval.
  number("seeds", s.seeds, 2, 1000);
  number("first-seed", s.first_seed, 0, 1'000'000'000);
  number("steps", s.steps, 2, 10'000'000);
  number("networks", s.networks, 1, 1000);
  number("trained-evaluations", s.evaluations, s.population, 1'000'000);
  return task;
}

ReproduceTask task_of(const Parsed& parsed) {
  ReproduceTask task;
  const Arguments runs = runs_of(parsed);
  task.studies = chosen(parsed, runs);
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
  refuse_same_outputs(outputs_of(
      parsed, {"cache"},
      {kReproduceCheckpoint, "measures.csv", "claims.csv", "ablations.csv", "index.html"}));
  task.cache = cache_file(parsed);
  task.jobs = jobs_of(parsed);
  task.search = search_of(parsed);
  if (!searches(task.studies) && given(parsed, "evaluations")) {
    throw UsageError("--evaluations needs a study that searches");
  }
  task.sampling = sampling(parsed, task.studies);
  task.trained = trained_of(parsed, task.studies, runs);
  refuse_varied(task.studies, task.overrides);
  return task;
}

}  // namespace

std::optional<ReproduceTask> parse_reproduce(const Arguments& arguments) {
  const std::string usage = kHowTo + left_out_text();
  const Parsed parsed = parse(arguments, options(), usage, {"study", {}, "", studies_named});
  if (parsed.help) return std::nullopt;
  if (parsed.values["list"].as<bool>()) {
    std::cout << listed();
    return std::nullopt;
  }
  return task_of(parsed);
}

}  // namespace h4h::tools
