#pragma once

#include <vector>

#include "nas/accuracy/predictor.hpp"
#include "nas/search/problem.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// Candidates for one whose accuracy is measured.
struct PreselectionSettings {
  std::size_t proposed = 16;  // costed, their accuracies predicted
  std::size_t screened = 2;   // of those, the best, their accuracies estimated on `images`
  std::int64_t images = 0;    // 0: no estimates
};

// Selects the candidates whose accuracy is measured. First by rank and crowding with accuracies
// predicted from the genes, then with accuracies predicted from the genes and from an estimate on a
// few images (the screen), which takes a small part of the time of a measurement. Ranks are among
// the proposed candidates and the front of the measured ones.
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

  // Ascending indices of `count` of `proposed`, which have costs; fewer where fewer are proposed.
  // Sets their estimated and predicted accuracies. The first ones, while too few networks are
  // measured for a prediction.
  std::vector<std::size_t> choose(std::vector<Candidate>& proposed,
                                  const std::vector<Candidate>& evaluated, std::size_t count);

 private:
  void fit(const std::vector<Candidate>& evaluated);
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
  std::size_t fitted_to_ = 0;  // number of evaluated candidates
};

// Kendall's tau between the measured accuracies of candidates and those estimated or predicted
// before the measurement, and the number of candidates that have both.
struct RankCorrelation {
  double tau = 0;
  std::size_t networks = 0;
};
RankCorrelation screen_correlation(const std::vector<Candidate>& evaluated);
RankCorrelation prediction_correlation(const std::vector<Candidate>& evaluated);

}  // namespace h4h::nas
