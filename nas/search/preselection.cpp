#include "nas/search/preselection.hpp"

#include <algorithm>
#include <numeric>

#include "nas/accuracy/health.hpp"

namespace h4h::nas {
namespace {

RankCorrelation correlation(const std::vector<Candidate>& evaluated,
                            std::optional<double> Candidate::*expected) {
  std::vector<double> before, measured;
  for (const Candidate& c : evaluated) {
    if (!(c.*expected) || !c.accuracy) continue;
    before.push_back(*(c.*expected));
    measured.push_back(*c.accuracy);
  }
  return {kendall_tau(before, measured), before.size()};
}

}  // namespace

void Preselection::fit(const std::vector<Candidate>& evaluated) {
  if (evaluated.size() == fitted_to_) return;
  fitted_to_ = evaluated.size();
  std::vector<AccuracyPredictor::Example> examples;
  for (const Candidate& c : evaluated) {
    if (c.accuracy) examples.push_back({space_.network(c.genotype), *c.accuracy, c.screened});
  }
  predictor_.fit(examples);
}

void Preselection::predict(std::vector<Candidate>& proposed) {
  for (Candidate& c : proposed) c.predicted = predictor_.predict(space_.network(c.genotype));
}

// Of those within budgets: what is beyond them is not measured.
void Preselection::screen(std::vector<Candidate>& proposed, const std::vector<std::size_t>& of) {
  std::vector<std::size_t> within;
  std::vector<Genotype> genotypes;
  for (const std::size_t i : of) {
    if (problem_.violation(proposed[i].cost) > 0) continue;
    within.push_back(i);
    genotypes.push_back(proposed[i].genotype);
  }
  const std::vector<double> estimates = screen_->evaluate(genotypes);
  for (std::size_t k = 0; k < within.size(); ++k) {
    Candidate& c = proposed[within[k]];
    c.screened = estimates.at(k);
    const auto predicted = predictor_.predict(space_.network(c.genotype), *c.screened);
    if (predicted) c.predicted = predicted;
  }
}

// By rank and crowding among `of` and the front of the evaluated candidates.
std::vector<std::size_t> Preselection::best_of(const std::vector<Candidate>& proposed,
                                               const std::vector<std::size_t>& of,
                                               const std::vector<Candidate>& evaluated,
                                               std::size_t count) const {
  std::vector<Worth> all;
  for (const std::size_t i : of) {
    all.push_back(worth(problem_, proposed[i]));
    all.back().accuracy = proposed[i].predicted.value_or(0);
  }
  for (const Candidate& known : front(problem_, evaluated)) all.push_back(worth(problem_, known));
  std::vector<std::size_t> chosen;
  for (const std::size_t i : best(all, all.size())) {
    if (i < of.size() && chosen.size() < count) chosen.push_back(of[i]);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<std::size_t> Preselection::choose(std::vector<Candidate>& proposed,
                                              const std::vector<Candidate>& evaluated,
                                              std::size_t count) {
  fit(evaluated);
  predict(proposed);
  std::vector<std::size_t> all(proposed.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const bool predicts = !proposed.empty() && proposed.front().predicted;
  if (!predicts) all.resize(std::min(count, all.size()));
  if (screen_ == nullptr) return predicts ? best_of(proposed, all, evaluated, count) : all;
  if (predicts) all = best_of(proposed, all, evaluated, count * settings_.screened);
  screen(proposed, all);
  return predicts ? best_of(proposed, all, evaluated, count) : all;
}

RankCorrelation screen_correlation(const std::vector<Candidate>& evaluated) {
  return correlation(evaluated, &Candidate::screened);
}

RankCorrelation prediction_correlation(const std::vector<Candidate>& evaluated) {
  return correlation(evaluated, &Candidate::predicted);
}

}  // namespace h4h::nas
