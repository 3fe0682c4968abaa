#include "tools/h4h/results_options.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <thread>

#include "base/program_files.hpp"
#include "sim/workers/process_workers.hpp"
#include "tools/h4h/message.hpp"
#include "tools/h4h/ranks.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

constexpr int kMostJobs = 256;

std::unique_ptr<sim::Workers> workers_of(int jobs) {
  if (jobs == 1) return nullptr;
  if (auto ranks = other_ranks()) return ranks;
  return std::make_unique<sim::ProcessWorkers>(program_folder() / "h4h", jobs);
}

}  // namespace

void add_cache_option(po::options_description& options, const std::string& instead) {
  const std::string text =
      "file of cached layer results (SQLite), or none; default: $H4H_CACHE, or costs.sqlite in "
      "$XDG_CACHE_HOME/h4h or ~/.cache/h4h" +
      instead;
  options.add_options()("cache", po::value<std::string>()->value_name("FILE|none"), text.c_str());
}

void add_jobs_option(po::options_description& options, const std::string& instead) {
  const std::string text = "number of worker processes (default: number of CPUs" + instead + ")";
  options.add_options()("jobs", po::value<std::string>()->value_name("N"), text.c_str());
}

std::optional<std::filesystem::path> cache_file(const Parsed& parsed) {
  const char* const given = std::getenv("H4H_CACHE");
  const std::string name =
      optional(parsed, "cache").value_or(given == nullptr ? std::string() : given);
  if (name == "none") return std::nullopt;
  return name.empty() ? sim::default_store() : std::filesystem::path(name);
}

std::optional<std::filesystem::path> chosen_cache(const Parsed& parsed) {
  const bool chosen = optional(parsed, "cache") || std::getenv("H4H_CACHE") != nullptr;
  return chosen ? cache_file(parsed) : std::nullopt;
}

int jobs_of(const Parsed& parsed) {
  if (!given(parsed, "jobs")) {
    const int processors = static_cast<int>(std::thread::hardware_concurrency());
    return rank_count() > 1 ? rank_count() : std::clamp(processors, 1, kMostJobs);
  }
  const int jobs = static_cast<int>(whole(parsed, "jobs", 1, kMostJobs));
  return rank_count() > 1 ? rank_count() : jobs;
}

Results::Results(const std::optional<std::filesystem::path>& cache, int jobs)
    : results_(std::make_unique<sim::JobResults>(
          cache ? std::make_unique<sim::CostStore>(*cache) : nullptr, workers_of(jobs))) {}

Results::~Results() { keep_no_more(); }

void Results::keep_no_more() {
  sim::CostStore* const store = results_->store();
  if (store == nullptr) return;
  store->flush();
  if (const auto& problem = store->problem()) {
    print_message(fmt::format(
        "h4h: warning: cache {}: {}; the results are correct, but new ones are not cached (use "
        "--cache with another file or none; 'h4h cache clear' empties a damaged cache)",
        store->file().string(), *problem));
  }
  results_->drop_store();
}

}  // namespace h4h::tools
