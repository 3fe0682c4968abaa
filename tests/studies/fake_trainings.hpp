#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "nas/space/load.hpp"
#include "nas/space/network_macs.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::tests {

// Trainings that are not done: accuracies are a rule of arm, seed and MACs.
class FakeTrainings : public studies::Trainings {
 public:
  using Rule = std::function<double(const std::string& arm, std::uint64_t seed, double macs)>;

  FakeTrainings(studies::TrainedSettings settings, Rule rule)
      : settings_(std::move(settings)), rule_(std::move(rule)) {
    for (const studies::TrainingSpec& spec : settings_.given) specs_[spec.run()] = spec;
  }

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

  // Cosines of two networks in every group that both have, by arm, whether each has transformers,
  // and the ratio of their MACs.
  using CosineRule =
      std::function<double(const std::string& arm, bool first_vit, bool second_vit, double ratio)>;
  CosineRule cosine = [](const std::string&, bool first_vit, bool second_vit, double ratio) {
    return 0.9 - 0.1 * std::log2(ratio) - (first_vit != second_vit ? 0.3 : 0);
  };

  std::vector<std::vector<studies::GradientAgreements>> gradients(
      const std::string& run, const std::vector<studies::GradientProbe>& probes) override {
    const studies::TrainingSpec& spec = specs_.at(run);
    const nas::Space space = nas::load_space(spec.space);
    nas::NetworkMacs macs(space);
    const auto transformers = [&](const nas::Genotype& g) {
      return nas::block_counts(space, g).vit > 0;
    };
    std::vector<std::vector<studies::GradientAgreements>> all;
    for (const studies::GradientProbe& probe : probes) {
      auto& answer = all.emplace_back();
      for (const auto& [i, j] : probe.pairs) {
        const nas::Genotype &first = probe.networks.at(i), &second = probe.networks.at(j);
        const bool a = transformers(first), b = transformers(second);
        const double value =
            cosine(spec.arm, a, b,
                   static_cast<double>(macs.of(second)) / static_cast<double>(macs.of(first)));
        studies::GradientAgreements& agreements = answer.emplace_back();
        for (const auto group : kEnumValues<nas::ParameterGroup>) {
          if (group == nas::ParameterGroup::vit && !(a && b)) continue;
          agreements[group] = {value, value < 0 ? 1.0 : 0.0};
        }
      }
    }
    return all;
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
