#pragma once

#include <map>

#include "nas/data/image_source.hpp"
#include "tools/h4h-nas/run_accuracy.hpp"
#include "tools/h4h/run_reproduce.hpp"

namespace h4h::tools {

// Supernets of studies: each is an `h4h train` into a folder of its own below that of the results,
// in a process of its own; or those that the user has trained.
class TrainedRuns : public studies::Trainings {
 public:
  // Throws UsageError, std::runtime_error or nas::TrainingFileError for a run of the user that is
  // none, of another space than the first, or a copy of another one.
  explicit TrainedRuns(const ReproduceTask& task);

  const studies::TrainedSettings& settings() const override { return task_.settings; }
  void train(const std::vector<studies::TrainingSpec>& specs) override;
  std::unique_ptr<nas::Accuracy> accuracy(const std::string& run, const nas::Space& space,
                                          nas::ImagePart part) override;
  std::vector<std::vector<studies::GradientAgreements>> gradients(
      const std::string& run, const std::vector<studies::GradientProbe>& probes) override;

 private:
  Arguments command(const studies::TrainingSpec& spec) const;
  std::filesystem::path note_of(const studies::TrainingSpec& spec) const;
  bool is_complete(const studies::TrainingSpec& spec) const;
  void take(const std::string& folder);  // one that the user has trained
  std::filesystem::path folder_of(const std::string& run) const;
  const nas::Split& split(const nas::Trained& run);
  const nas::EvaluationImages& images(const nas::Trained& run, nas::ImagePart part);

  TrainedTask task_;
  std::filesystem::path folder_;
  int jobs_;
  std::map<std::string, std::string> given_;  // directories of the user, by the supernet's identity
  // Data, and the largest side of a space's images: they are enlarged to it.
  using Images = std::pair<std::string, std::int64_t>;
  static Images images_of(const nas::Trained& run);
  std::map<Images, nas::Split> splits_;
  std::map<std::pair<Images, nas::ImagePart>, nas::EvaluationImages> images_;
};

}  // namespace h4h::tools
