#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/csv/csv_table.hpp"
#include "nas/space/space.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::studies {

// Columns of rows that say which training they are of, beside arm and seed.
inline constexpr const char kStepsColumn[] = "steps", kSpaceColumn[] = "space",
                            kSpaceHashColumn[] = "space_hash", kDataColumn[] = "data",
                            kNetworksColumn[] = "networks_version";
// Of all that a space says.
std::string space_hash(const nas::Space& space);
// Images without the folders that lead to them: "imagefolder:photos" of "imagefolder:/home/photos".
std::string data_name(const std::string& given);

// Trainings of which some have been done elsewhere: their test accuracies stand in tables of
// `table2` or `table2-controls`. Such runs are not trained again, unless another run starts from
// them; the others are.
class RecordedTrainings : public Trainings {
 public:
  // Throws CsvError for the first row ("file:line: message") of other steps, seeds, images or
  // networks or another space than the settings of `others`, of an arm that no study has, and for
  // two accuracies of one network; for a table without rows; and for a run of which networks are
  // missing.
  RecordedTrainings(std::unique_ptr<Trainings> others,
                    const std::vector<std::filesystem::path>& tables);

  const TrainedSettings& settings() const override { return others_->settings(); }
  void train(const std::vector<TrainingSpec>& specs) override;
  // Of a recorded run for test images alone; its `evaluate` throws std::runtime_error for a network
  // that the tables do not have.
  std::unique_ptr<nas::Accuracy> accuracy(const std::string& run, const nas::Space& space,
                                          nas::ImagePart part) override;
  std::vector<std::vector<GradientAgreements>> gradients(
      const std::string& run, const std::vector<GradientProbe>& probes) override {
    return others_->gradients(run, probes);
  }

 private:
  using Accuracies = std::map<nas::Genotype, double>;

  void read(const std::filesystem::path& table);
  void add(const CsvRow& row);
  void expect_all_networks() const;

  std::unique_ptr<Trainings> others_;
  nas::Space space_;
  std::map<std::string, Accuracies> by_run_;
  std::map<std::string, std::set<std::string>> networks_;  // their names, by run
  std::map<std::string, TrainingSpec> left_out_;           // recorded runs, which were not trained
};

}  // namespace h4h::studies
