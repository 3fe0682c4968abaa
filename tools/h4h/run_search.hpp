#pragma once

#include <filesystem>
#include <optional>

#include "nas/accuracy/accuracy_curves.hpp"
#include "nas/accuracy/health.hpp"
#include "nas/accuracy/precision.hpp"
#include "nas/search/search.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/variants.hpp"

namespace h4h::tools {

struct SearchArguments {
  nas::Space space;
  platforms::Platform platform;
  std::string space_file{}, platform_file{};
  std::string accuracy{};  // --accuracy: a table's file or a training's folder
  std::string
      accuracy_identity{};  // what the accuracies are, to the last bit, such as "table HASH"
  nas::Problem problem{};
  nas::SearchSettings settings{};
  std::filesystem::path out{};
  bool resume = false;
  std::optional<std::filesystem::path> cache{};  // of layer results
  int jobs = 1;                                  // worker processes
  nas::Precision precision = nas::Precision::float32;
  std::optional<nas::AccuracyCurve> recipe{};  // --recipe: of the surrogate, instead of the space's
  std::optional<nas::HealthSummary> health{};  // of the supernet that gives accuracies
  std::string command{};                       // as the page shows it
  std::vector<Axis> vary{};                    // keys of the platform that are searched too

  nas::SearchSpace searched() const;
  // Of a chip of `searched()`. Throws what platforms::with() throws.
  platforms::Platform chip(std::size_t index) const;
};

// The command line of `h4h search`, with the files of space and platform read; nullopt where help
// was asked for and printed. `accuracy_identity` is left for the caller. Throws UsageError,
// nas::SpaceError and platforms::PlatformError.
std::optional<SearchArguments> parse_search(const Arguments& arguments);

// Searches, or resumes the same search where it stopped in the folder, and writes its files.
// `test`, where there is one, is asked once: about the networks of the final front, which it does
// not change. `screen`: estimates of accuracies, for settings with a preselection. Returns what
// belongs on stdout. Throws nas::InfeasibleError on budgets that no network keeps, and
// std::runtime_error on a folder of something else.
std::string run_search(const SearchArguments& arguments, nas::Accuracy& accuracy,
                       nas::Accuracy* test = nullptr, nas::Accuracy* screen = nullptr);

}  // namespace h4h::tools
