#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "nas/space/network_macs.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::tests {

// Trainings that are not done: accuracies are a rule of arm, seed and MACs.
class FakeTrainings : public studies::Trainings {
 public:
  using Rule = std::function<double(const std::string& arm, std::uint64_t seed, double macs)>;

  FakeTrainings(studies::TrainedSettings settings, Rule rule)
      : settings_(std::move(settings)), rule_(std::move(rule)) {}

  const studies::TrainedSettings& settings() const override { return settings_; }

  void train(const std::vector<studies::TrainingSpec>& specs) override {
    std::set<std::string> made;
    for (const studies::TrainingSpec& spec : specs) {
      if (!spec.from.empty() && runs_.count(spec.run_of(spec.from, spec.seed)) == 0) {
        throw std::logic_error(spec.run() + " is trained before what it starts from");
      }
      made.insert(spec.run());
      specs_[spec.run()] = spec;
    }
    runs_.insert(made.begin(), made.end());
  }

  std::unique_ptr<nas::Accuracy> accuracy(const std::string& run, const nas::Space& space,
                                          nas::ImagePart part) override {
    asked_[run].insert(part);
    return std::make_unique<Ruled>(space, rule_, specs_.at(run));
  }

  // By run.
  std::map<std::string, studies::TrainingSpec> specs_;
  std::map<std::string, std::set<nas::ImagePart>> asked_;

 private:
  class Ruled : public nas::Accuracy {
   public:
    Ruled(const nas::Space& space, const Rule& rule, studies::TrainingSpec spec)
        : macs_(space), space_(space), rule_(rule), spec_(std::move(spec)) {}
    std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
      std::vector<double> all;
      for (const nas::Genotype& g : candidates) {
        all.push_back(
            rule_(spec_.arm, spec_.seed, static_cast<double>(macs_.of(space_.canonical(g)))));
      }
      return all;
    }

   private:
    nas::NetworkMacs macs_;
    const nas::Space& space_;
    const Rule& rule_;
    studies::TrainingSpec spec_;
  };

  studies::TrainedSettings settings_;
  Rule rule_;
  std::set<std::string> runs_;
};

}  // namespace h4h::tests
