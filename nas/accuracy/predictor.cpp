#include "nas/accuracy/predictor.hpp"

#include <cmath>

namespace h4h::nas {
namespace {

constexpr std::size_t kFewest = 16;

std::optional<Ridge> ridge(const std::vector<std::vector<double>>& rows,
                           const std::vector<double>& targets) {
  return rows.size() < kFewest ? std::nullopt : std::optional<Ridge>(std::in_place, rows, targets);
}

std::vector<double> with(std::vector<double> row, double screened) {
  row.push_back(screened);
  return row;
}

}  // namespace

std::vector<double> AccuracyPredictor::features(const Genotype& canonical) {
  std::vector<bool> present(canonical.size(), true);
  for (const Stage& stage : space_.stages()) {
    if (space_.value(canonical, stage.depth) != 0) continue;
    present[stage.width] = present[stage.expansion] = false;
    for (const std::size_t gene : stage.further) present[gene] = false;
  }
  std::vector<double> row;
  for (std::size_t gene = 0; gene < canonical.size(); ++gene) {
    const std::size_t choices = space_.genes()[gene].choices.size();
    if (choices == 1) continue;
    for (std::size_t choice = 0; choice < choices; ++choice) {
      row.push_back(present[gene] && canonical[gene] == choice ? 1 : 0);
    }
  }
  const double size = std::log10(static_cast<double>(macs_.of(canonical)));
  row.insert(row.end(), {size, size * size});
  return row;
}

void AccuracyPredictor::fit(const std::vector<Example>& examples) {
  std::vector<std::vector<double>> all, screened;
  std::vector<double> accuracies, of_screened;
  for (const Example& example : examples) {
    all.push_back(features(example.genotype));
    accuracies.push_back(example.accuracy);
    if (!example.screened) continue;
    screened.push_back(with(all.back(), *example.screened));
    of_screened.push_back(example.accuracy);
  }
  by_genes_ = ridge(all, accuracies);
  by_screen_ = ridge(screened, of_screened);
}

std::optional<double> AccuracyPredictor::predict(const Genotype& canonical) {
  return by_genes_ ? std::optional(by_genes_->predict(features(canonical))) : std::nullopt;
}

std::optional<double> AccuracyPredictor::predict(const Genotype& canonical, double screened) {
  return by_screen_ ? std::optional(by_screen_->predict(with(features(canonical), screened)))
                    : std::nullopt;
}

}  // namespace h4h::nas
