#pragma once

#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_folder.hpp"

namespace h4h::tools {

// Results of layers for a command that can be resumed: without a cache of the user's
// they are kept in its folder, until it is done. `folder` must outlive it.
class FolderResults {
 public:
  FolderResults(const RunFolder& folder, const std::optional<std::filesystem::path>& cache,
                int jobs);

  sim::JobResults& operator*() const { return **results_; }

  // All has been asked for: nothing of it is kept in the folder.
  void done();

 private:
  std::filesystem::path own_;
  std::optional<Results> results_;
};

}  // namespace h4h::tools
