#include "tools/h4h/reproduce_variants.hpp"

#include <fmt/format.h>

#include "base/file/input_file.hpp"
#include "tools/h4h/progress.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

constexpr const char kNoted[] = "variants.jsonl";
constexpr FileLimit kNotedLimit{"list of measured variants", 512 << 20};

// The first variant is the chip as it is, on which the studies have just run.
studies::StudyMeasures first(const ReproduceVariants& run) {
  studies::StudyMeasures measures;
  for (const studies::Study& study : run.studies) {
    measures[study.name] = run.results.at(study.name).measures;
  }
  return measures;
}

std::map<std::size_t, studies::StudyMeasures> read_noted(const std::filesystem::path& file,
                                                         std::size_t variants) {
  const std::string text = read_file_if_there(file, kNotedLimit).value_or("");
  try {
    return studies::parse_variant_lines(text, variants);
  } catch (const DocumentError& error) {
    throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
  }
}

// What an earlier run has noted. Nothing of it where the chip as it is measured otherwise there:
// then the studies, or what they call, are not what they were.
std::map<std::size_t, studies::StudyMeasures> noted(const std::filesystem::path& file,
                                                    std::size_t variants,
                                                    const studies::StudyMeasures& first) {
  auto known = read_noted(file, variants);
  const auto before = known.find(0);
  const std::string now = studies::variant_line(0, first);
  if (before == known.end() || studies::variant_line(0, before->second) != now) known.clear();
  known[0] = first;
  return known;
}

// A study whose networks do not run there has no measures.
studies::StudyMeasures measured(const ReproduceVariants& run, const studies::Setup& variant) {
  studies::StudyMeasures measures;
  for (const studies::Study& study : run.studies) {
    try {
      measures[study.name] = studies::measures_again(study, variant, run.results.at(study.name));
    } catch (const studies::DoesNotRun&) {
      measures[study.name] = {};
    }
  }
  return measures;
}

}  // namespace

std::vector<platforms::UncertainParameter> uncertain_parameters_of(
    const std::vector<studies::Study>& studies, const platforms::Platform& platform) {
  std::vector<platforms::UncertainParameter> all = platforms::uncertain_parameters(platform);
  const bool surrogate = std::any_of(studies.begin(), studies.end(),
                                     [](const studies::Study& s) { return s.by_surrogate; });
  if (!surrogate) return all;
  const nas::SurrogateValues values;
  for (const nas::SurrogateParameter& u : nas::surrogate_parameters()) {
    all.push_back({u.key, u.low, values.*u.field, u.high, "",
                   platforms::UncertainParameter::Scale::real, fmt::to_string(u.low),
                   fmt::to_string(u.high)});
  }
  return all;
}

std::vector<studies::StudyMeasures> measure_variants(const ReproduceVariants& run,
                                                     const RunFolder& folder) {
  const std::filesystem::path file = folder.file(kNoted);
  std::map<std::size_t, studies::StudyMeasures> known =
      noted(file, run.plan.variants.size(), first(run));
  std::string lines;
  for (const auto& [variant, measures] : known) lines += studies::variant_line(variant, measures);
  folder.write(kNoted, lines, kNotedLimit);
  AppendedFile notes(file, kNotedLimit);
  std::vector<studies::StudyMeasures> all;
  Progress progress("variants", run.plan.variants.size());
  for (std::size_t i = 0; i < run.plan.variants.size(); ++i) {
    auto found = known.find(i);
    if (found == known.end()) {
      const studies::Setup variant = run.setup.with(run.plan.variants[i]);
      found = known.emplace(i, measured(run, variant)).first;
      notes.append(studies::variant_line(i, found->second));
    }
    all.push_back(std::move(found->second));
    progress.show(i + 1);
  }
  return all;
}

}  // namespace h4h::tools
