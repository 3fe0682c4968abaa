#include "tools/h4h/run_search.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/text/printable.hpp"
#include "nas/accuracy/accuracy_table.hpp"
#include "nas/accuracy/network_accuracy.hpp"
#include "nas/cost/chip_costs.hpp"
#include "nas/search/checkpoint.hpp"
#include "nas/search/reachable.hpp"
#include "sim/job/layer_job.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_description.hpp"
#include "tools/h4h/search_results.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

constexpr const char kCheckpoint[] = "search.checkpoint.json";
constexpr FileLimit kCheckpointLimit{"search checkpoint", 512 << 20};  // of a million networks

nas::Description description(const SearchArguments& a) {
  // A search on costs of an earlier model cannot be resumed.
  const std::string platform = fmt::format(
      "{} {}, model {}", a.platform.name, platforms::platform_hash(a.platform), sim::kModelVersion);
  return nas::describe(a.searched(), platform, a.accuracy_identity, a.problem, a.settings);
}

// Whether `accuracy` gives the accuracies in a state. An error, such as a row that is missing, is a
// no.
bool gives(nas::Accuracy& accuracy, const nas::SearchState& state) {
  for (const auto* const candidates : {&state.evaluated, &state.control}) {
    for (const nas::Candidate& candidate : *candidates) {
      if (!candidate.accuracy) continue;
      try {
        if (accuracy.evaluate({candidate.genotype}).front() != *candidate.accuracy) return false;
      } catch (const nas::AccuracyError&) {
        return false;
      }
    }
  }
  return true;
}

// What an earlier run left in the folder, or the state before the first generation.
nas::SearchState state_of(const SearchArguments& arguments, nas::Accuracy& accuracy,
                          const RunFolder& folder) {
  const std::optional<std::string> text = folder.read_checkpoint(kCheckpointLimit);
  if (!text) return nas::start(arguments.settings);
  try {
    return nas::parse_checkpoint(
        *text, {description(arguments), arguments.searched(), arguments.problem, arguments.settings,
                [&](const nas::SearchState& state) { return gives(accuracy, state); }});
  } catch (const nas::CheckpointError& error) {
    throw std::runtime_error(fmt::format("{} {}", folder.checkpoint().string(), error.what()));
  }
}

void show_progress(const nas::Search& search, const SearchArguments& arguments) {
  InterruptNote::set_progress(fmt::format("{} of {} evaluations", search.evaluated().size(),
                                          arguments.settings.evaluations));
  if (::isatty(STDERR_FILENO) == 0) return;
  std::cerr << fmt::format("\r{} of {} networks evaluated, {} of {} at random",
                           search.evaluated().size(), arguments.settings.evaluations,
                           search.control().size(),
                           arguments.settings.random.value_or(search.evaluated().size()));
}

void search_on(nas::Search& search, const SearchArguments& arguments, const RunFolder& folder) {
  const nas::Description described = description(arguments);
  const InterruptNote note(kRerun);
  while (search.step()) {
    folder.write_checkpoint(nas::format_checkpoint(described, search.state()), kCheckpointLimit);
    show_progress(search, arguments);
  }
  if (::isatty(STDERR_FILENO) != 0) std::cerr << "\n";
}

nas::NetworkFacts facts_of(nas::ChipCosts& costs, const nas::SearchSpace& space,
                           const nas::Genotype& candidate) {
  const std::optional<sim::Report> report = costs.report(candidate);
  if (!report) throw std::logic_error("a network of the front does not run");
  const workloads::Network network = space.networks().network(space.network(candidate));
  return {report->macs, workloads::parameters(network), report->cim_share(), {}, {}};
}

// What the command line replaced.
std::vector<std::string> settings_given(const platforms::Platform& platform) {
  std::vector<std::string> given;
  for (const platforms::Setting& setting : platform.settings) {
    if (setting.origin.line == 0) given.push_back(setting.key + "=" + setting.value);
  }
  return given;
}

// What the front is on images that nothing before has seen.
void add_test_accuracies(nas::SearchResult& result, nas::Accuracy& test) {
  std::vector<nas::Genotype> genotypes;
  for (const nas::Candidate& member : nas::front(result.problem, result.evaluated)) {
    genotypes.push_back(member.genotype);
  }
  const std::vector<double> accuracies = test.evaluate(genotypes);
  for (std::size_t i = 0; i < genotypes.size(); ++i) {
    result.facts.at(i).test_accuracy = accuracies.at(i);
    result.facts.at(i).test_standard_error = test.standard_error(genotypes[i]);
  }
}

nas::SearchResult result_of(const SearchArguments& arguments, const nas::Search& search,
                            nas::ChipCosts& costs, nas::Accuracy& accuracy, nas::Accuracy* test) {
  const nas::SearchSpace space = arguments.searched();
  nas::SearchResult result;
  result.arguments = description(arguments);
  result.space_file = arguments.space_file;
  result.platform_file = arguments.platform_file;
  result.accuracy_source = arguments.accuracy;
  result.platform_name = arguments.platform.name;
  result.platform_hash = platforms::platform_hash(arguments.platform);
  result.platform_settings = settings_given(arguments.platform);
  result.varied = space.chips();
  if (!result.varied.empty()) result.largest_macro_area_mm2 = costs.largest_macro_area_mm2();
  result.problem = arguments.problem;
  result.evaluated = search.evaluated().all();
  result.control = search.control().all();
  for (const nas::Candidate& member : nas::front(result.problem, result.evaluated)) {
    result.facts.push_back(facts_of(costs, space, member.genotype));
    result.facts.back().interval = accuracy.interval(member.genotype);
    result.facts.back().standard_error = accuracy.standard_error(member.genotype);
  }
  for (const nas::Candidate& member : nas::front(result.problem, result.control)) {
    if (const auto interval = accuracy.interval(member.genotype)) {
      result.random_intervals.push_back(*interval);
    }
    if (const auto error = accuracy.standard_error(member.genotype)) {
      result.random_standard_errors.push_back(*error);
    }
  }
  result.preselected = arguments.settings.preselection.has_value();
  result.health = arguments.health;
  result.command = arguments.command;
  if (test != nullptr) add_test_accuracies(result, *test);
  return result;
}

// The smallest network, one within the budgets, and the largest; where the chip varies the first
// and the last of these on the first chip and on the last.
std::vector<nas::Genotype> first_candidates(const nas::SearchSpace& space,
                                            const nas::Problem& problem,
                                            nas::FitnessOracle& costs) {
  const nas::Genotype smallest = space.networks().min(), largest = space.networks().max();
  std::vector<nas::Genotype> all{space.on_first_chip(smallest),
                                 nas::within_budgets(space, problem, costs),
                                 space.on_first_chip(largest)};
  if (space.chip_count() > 1) {
    all.push_back(space.on_last_chip(smallest));
    all.push_back(space.on_last_chip(largest));
  }
  return all;
}

// Of the front's table: the chip of a candidate.
std::string chip_text(const nas::SearchSpace& space, const nas::Candidate& c) {
  if (space.chips().empty()) return {};
  std::string text = fmt::format("  {:10.3f}", c.cost.macro_area_mm2.value_or(0));
  for (std::size_t i = 0; i < space.chips().size(); ++i) {
    text += fmt::format("  {:>{}}", printable(space.chip_values(c.genotype)[i]),
                        space.chips()[i].key.size());
  }
  return text;
}

std::string chip_heading(const nas::SearchSpace& space) {
  std::string text = space.chips().empty() ? "" : "  macros mm2";
  for (const nas::ChipGene& gene : space.chips()) text += "  " + gene.key;
  return text;
}

std::string preselection_text(const nas::SearchResult& result) {
  const nas::RankCorrelation screen = nas::screen_correlation(result.evaluated),
                             predicted = nas::prediction_correlation(result.evaluated);
  return fmt::format(
      "Kendall's tau with the accuracy: {:.2f} of the screen ({} networks), {:.2f} of the "
      "prediction ({} networks)\n",
      screen.tau, screen.networks, predicted.tau, predicted.networks);
}

std::string summary(const nas::SearchResult& result, const SearchArguments& arguments) {
  const auto feasible =
      std::count_if(result.evaluated.begin(), result.evaluated.end(),
                    [&](const nas::Candidate& c) { return result.problem.violation(c.cost) == 0; });
  std::string text = fmt::format(
      "{} on {}: {} networks evaluated, {} feasible\n", printable(arguments.space.name()),
      printable(arguments.platform.name), result.evaluated.size(), feasible);
  const bool tested = !result.facts.empty() && result.facts.front().test_accuracy;
  const nas::SearchSpace space = arguments.searched();
  text += fmt::format("accuracy  {}latency ms  energy uJ   MMAC  on macros %{}\n",
                      tested ? "    test  " : "", chip_heading(space));
  const std::vector<nas::Candidate> members = nas::front(result.problem, result.evaluated);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const nas::Candidate& c = members[i];
    const auto& test = result.facts[i].test_accuracy;
    text +=
        fmt::format("{:8.4f}  {}{:10.4f}  {:9.3f}  {:5.1f}  {:11.1f}{}\n", c.accuracy.value_or(0),
                    test ? fmt::format("{:8.4f}  ", *test) : "", 1e3 * c.cost.latency_s,
                    1e6 * c.cost.energy_j, 1e-6 * static_cast<double>(result.facts[i].macs),
                    100 * result.facts[i].cim_share, chip_text(space, c));
  }
  if (arguments.settings.preselection) text += preselection_text(result);
  if (nas::by_surrogate(result)) {
    text += "accuracies are estimates of the surrogate: nothing was trained\n";
  }
  return text + fmt::format("see {}\n", (arguments.out / "index.html").string());
}

}  // namespace

std::string run_search(const SearchArguments& arguments, nas::Accuracy& networks,
                       nas::Accuracy* test_networks, nas::Accuracy* screen_networks) {
  const Results results(arguments.cache, arguments.jobs);
  const nas::SearchSpace space = arguments.searched();
  const auto platform = [&](std::size_t chip) { return arguments.chip(chip); };
  nas::ChipCosts costs(space, platform, arguments.problem.objective, *results);
  nas::NetworkAccuracy accuracy(space, networks);
  std::optional<nas::NetworkAccuracy> test;
  if (test_networks != nullptr) test.emplace(space, *test_networks);
  std::optional<nas::NetworkAccuracy> screen;
  if (screen_networks != nullptr) screen.emplace(space, *screen_networks);
  const bool resumable = fs::exists(arguments.out / kCheckpoint);
  if (arguments.resume) require_checkpoint(arguments.out / kCheckpoint);
  std::vector<nas::Genotype> seeds;
  if (!resumable) {
    seeds = first_candidates(space, arguments.problem, costs);
  }
  const RunFolder folder(arguments.out, kCheckpoint);
  nas::Search search(space, arguments.problem, arguments.settings, costs, accuracy,
                     state_of(arguments, accuracy, folder), seeds, screen ? &*screen : nullptr);
  search_on(search, arguments, folder);
  const nas::SearchResult result =
      result_of(arguments, search, costs, accuracy, test ? &*test : nullptr);
  write_search_results(result, arguments.space, folder);
  return summary(result, arguments);
}

}  // namespace h4h::tools
