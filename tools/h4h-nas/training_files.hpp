#pragma once

#include <chrono>
#include <optional>

#include "nas/train/trainer.hpp"
#include "tools/h4h-nas/metrics.hpp"
#include "tools/h4h-nas/training.hpp"
#include "tools/h4h-nas/training_report.hpp"
#include "tools/h4h/run_folder.hpp"

namespace h4h::tools {

// The directory of a training, which no other process uses meanwhile: what one process of it, rank
// 0, writes.
class TrainingFiles {
 public:
  // All must outlive it. `arguments`: the command's, with its recipe. Throws std::runtime_error.
  TrainingFiles(const TrainCommand& command, const nas::Space& space,
                const nas::TrainArguments& arguments);

  // What an interrupted run of the same command left. Nothing depends on a checkpoint of step 0,
  // whose arguments may have been wrong: it is not resumed from. Throws std::runtime_error where
  // the directory holds another training, and where `resume` was asked for and there is nothing.
  std::optional<nas::TrainerState> resumed();
  // Once, after resumed() and with the state that the training begins with.
  void begin(const nas::TrainerState& state);

  void append(const Document& metric) { metrics_->append(metric); }
  void save(const nas::TrainerState& state);
  // Whether it is time for the next checkpoint.
  bool due() const;
  // That the last checkpoint has.
  std::int64_t saved_step() const;
  std::filesystem::path checkpoint() const { return folder_.checkpoint(); }

  void sync_metrics() const { metrics_->sync(); }
  TrainingReport& report() { return report_; }

 private:
  const TrainCommand& command_;
  const nas::TrainArguments& arguments_;
  RunFolder folder_;
  std::optional<Metrics> metrics_;
  TrainingReport report_;
  std::chrono::steady_clock::time_point saved_;
};

}  // namespace h4h::tools
