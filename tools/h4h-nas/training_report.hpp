#pragma once

#include <string>

#include "nas/data/image_source.hpp"
#include "nas/recipe/subspace.hpp"
#include "nas/supernet/supernet.hpp"
#include "nas/train/arguments.hpp"
#include "tools/h4h/run_folder.hpp"

namespace h4h::tools {

// What is measured of a supernet.
struct ReportOptions {
  std::int64_t health_networks = 30;  // 0: none
  std::int64_t alone = 0;             // networks that are trained alone; 0: what is known is kept
  std::uint64_t alone_seed = 0;
};

// A supernet in the folder of its training.
struct ReportedRun {
  const RunFolder& folder;
  const nas::Space& space;
  const nas::TrainArguments& arguments;
};

// train.json and the page of a training: its arguments and what is known about its weights.
class TrainingReport {
 public:
  // Everything in `run` must outlive it.
  TrainingReport(const ReportedRun& run, const ReportOptions& options)
      : run_(run), options_(options) {}

  // Takes what an earlier command has found out about the same weights, and writes train.json.
  void begin(const std::string& identity);
  // Measures what is asked for and not known; train.json and the page have it then. Returns a line
  // of text for each. May end the process on a signal, and is resumed by the same command.
  std::string finish(const nas::Supernet& supernet, const std::string& identity,
                     const nas::Split& split);

 private:
  Document described() const;
  void write_arguments() const;
  void write_page() const;
  std::string measure_health(const nas::Supernet& supernet, const std::string& identity,
                             const nas::Split& split);
  std::string measure_alone(const nas::Supernet& supernet, const std::string& identity,
                            const nas::Split& split);
  // That the recipe trained in the end.
  nas::Subspace subspace() const;

  ReportedRun run_;
  ReportOptions options_;
  Document health_, alone_;  // null where they are not known
};

}  // namespace h4h::tools
