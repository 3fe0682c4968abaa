#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nas/search/search.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/sampling_options.hpp"
#include "tools/studies/study.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::tools {

// Supernets that studies train, or that the user has trained.
struct TrainedTask {
  studies::TrainedSettings settings;
  bool is_full = false;
  Arguments runs{};  // directories of trainings; where there are some, nothing is trained
  Arguments rows{};  // tables with test accuracies of runs
};

// The command line of `h4h reproduce`.
struct ReproduceTask {
  std::vector<studies::Study> studies;
  bool all = false;
  Arguments overrides;
  std::string platform_file, claims_file;
  std::filesystem::path out;
  std::string command{};  // as the page shows it
  bool resume = false;
  std::optional<std::filesystem::path> cache;
  int jobs = 1;
  nas::SearchSettings search;
  std::optional<Sampling> sampling;
  std::optional<TrainedTask> trained{};  // where a study trains
};

inline constexpr const char kReproduceCheckpoint[] = "reproduce.json";

// nullopt where help or the list of studies was asked for and printed. Throws UsageError.
std::optional<ReproduceTask> parse_reproduce(const Arguments& arguments);

// Makes the trainings of a task, whose runs are below the folder of its results.
using MakeTrainings = std::function<std::unique_ptr<studies::Trainings>(const ReproduceTask&)>;

// Returns what belongs on stdout.
std::string run_reproduce(const ReproduceTask& task, const MakeTrainings& make_trainings);

}  // namespace h4h::tools
