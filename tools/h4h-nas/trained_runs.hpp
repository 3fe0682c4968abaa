#pragma once

#include <map>

#include "nas/data/image_source.hpp"
#include "tools/h4h-nas/run_accuracy.hpp"
#include "tools/h4h/run_reproduce.hpp"

namespace h4h::tools {

// Supernets of studies: each is an `h4h train` into a folder of its own below that of the results,
// in a process of its own.
class TrainedRuns : public studies::Trainings {
 public:
  explicit TrainedRuns(const ReproduceTask& task);

  const studies::TrainedSettings& settings() const override { return task_.settings; }
  void train(const std::vector<studies::TrainingSpec>& specs) override;
  std::unique_ptr<nas::Accuracy> accuracy(const std::string& run, const nas::Space& space,
                                          nas::ImagePart part) override;

 private:
  Arguments command(const studies::TrainingSpec& spec) const;
  std::filesystem::path note_of(const studies::TrainingSpec& spec) const;
  bool is_complete(const studies::TrainingSpec& spec) const;
  const nas::EvaluationImages& images(const nas::Space& space, nas::ImagePart part);

  TrainedTask task_;
  std::filesystem::path folder_;
  int jobs_;
  // By the largest side of a space's images: they are enlarged to it.
  std::map<std::int64_t, nas::Split> splits_;
  std::map<std::pair<std::int64_t, nas::ImagePart>, nas::EvaluationImages> images_;
};

}  // namespace h4h::tools
