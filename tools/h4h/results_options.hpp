#pragma once

#include <boost/program_options.hpp>
#include <filesystem>
#include <memory>
#include <optional>

#include "sim/costs/job_results.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {

// --cache, wherever layers are simulated; and --jobs, wherever many are.
// `instead`: where a command does otherwise.
void add_cache_option(boost::program_options::options_description& options,
                      const std::string& instead = {});
void add_jobs_option(boost::program_options::options_description& options,
                     const std::string& instead = {});

// What commands ask for results of layer jobs. Its destructor keeps what is new, and says on stderr
// where the cache has failed.
class Results {
 public:
  // `jobs` processes simulate; this one itself where that is 1.
  explicit Results(const std::optional<std::filesystem::path>& cache, int jobs = 1);
  ~Results();
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;
  // What comes next is not worth keeping: the cache is done with.
  void keep_no_more();
  sim::JobResults& operator*() const { return *results_; }
  sim::JobResults* operator->() const { return results_.get(); }

 private:
  std::unique_ptr<sim::JobResults> results_;
};

// The file of --cache, or the default one; nullopt for none. Throws UsageError.
std::optional<std::filesystem::path> cache_file(const Parsed& parsed);

// The same for results that nobody asks for again: the default is none.
std::optional<std::filesystem::path> chosen_cache(const Parsed& parsed);

// The value of --jobs. Throws UsageError.
int jobs_of(const Parsed& parsed);

}  // namespace h4h::tools
