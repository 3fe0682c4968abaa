#pragma once

#include <vector>

#include "nas/accuracy/predictor.hpp"
#include "nas/search/problem.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// How many candidates are looked at for one whose accuracy is measured in full.
struct PreselectionSettings {
  std::size_t proposed = 16;  // for each, costs are known and the accuracy is predicted
  std::size_t screened = 2;   // of those, for the best, it is estimated on a few images
  std::int64_t images = 0;    // so many; 0: none is estimated
};

// Chooses the candidates that are worth the measurement of their accuracy: of many, those that
// stand best among what is known by a prediction from their genes; of those, by one from their
// genes and an estimate that takes a small part of the time.
class Preselection {
 public:
  // `networks` of `space` and `screen` must outlive it; no estimates without `screen`.
  Preselection(SearchSpace space, const Problem& problem, const PreselectionSettings& settings,
               Accuracy* screen)
      : space_(std::move(space)),
        problem_(problem),
        settings_(settings),
        screen_(screen),
        predictor_(space_.networks()) {}

  const PreselectionSettings& settings() const { return settings_; }

  // Indices of `count` of `proposed`, whose costs are known, in their order; fewer where fewer are
  // proposed. What was predicted and estimated of them stands in them. Before enough is known the
  // first ones are chosen.
  std::vector<std::size_t> choose(std::vector<Candidate>& proposed,
                                  const std::vector<Candidate>& evaluated, std::size_t count);

 private:
  void learn(const std::vector<Candidate>& evaluated);
  void predict(std::vector<Candidate>& proposed);
  void screen(std::vector<Candidate>& proposed, const std::vector<std::size_t>& of);
  std::vector<std::size_t> best_of(const std::vector<Candidate>& proposed,
                                   const std::vector<std::size_t>& of,
                                   const std::vector<Candidate>& evaluated,
                                   std::size_t count) const;

  SearchSpace space_;
  Problem problem_;
  PreselectionSettings settings_;
  Accuracy* screen_;
  AccuracyPredictor predictor_;
  std::size_t learnt_ = 0;  // from so many candidates
};

// How well the accuracies of candidates followed what was said of them before they were measured:
// Kendall's tau, and of how many candidates.
struct RankCorrelation {
  double tau = 0;
  std::size_t networks = 0;
};
RankCorrelation of_screen(const std::vector<Candidate>& evaluated);
RankCorrelation of_prediction(const std::vector<Candidate>& evaluated);

}  // namespace h4h::nas
