#include "nas/train/dealt_accuracy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text/number.hpp"
#include "base/text/take_line.hpp"

namespace h4h::nas {
namespace {

// What rank 0 asks: a line with the number of the accuracy, a line for each candidate. Empty: the
// work is done.
struct Question {
  std::size_t number = 0;
  std::vector<Genotype> candidates;
};

std::string to_text(const Question& question) {
  std::string text = fmt::format("{}\n", question.number);
  for (const Genotype& genotype : question.candidates) {
    text += fmt::format("{}\n", fmt::join(genotype, " "));
  }
  return text;
}

Genotype genotype_of(std::string_view line) {
  Genotype genotype;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    genotype.push_back(parse_number<std::uint16_t>(line.substr(0, end)).value());
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return genotype;
}

Question question_of(std::string_view text) {
  Question question{parse_number<std::size_t>(take_line(text)).value(), {}};
  while (!text.empty()) question.candidates.push_back(genotype_of(take_line(text)));
  return question;
}

// Accuracy and standard error of each candidate, NaN where there is none: this rank measures its
// share, and gets what the others measure of theirs. Rows add up, as only one rank's is not zero.
torch::Tensor measured_together(const Ranks& ranks, const std::vector<Genotype>& candidates,
                                Accuracy& measured) {
  torch::Tensor all =
      torch::zeros({static_cast<std::int64_t>(candidates.size()), 2}, torch::kDouble);
  auto rows = all.accessor<double, 2>();
  for (std::int64_t i = ranks.rank(); i < all.size(0); i += ranks.size()) {
    const Genotype& genotype = candidates[static_cast<std::size_t>(i)];
    rows[i][0] = measured.evaluate({genotype}).front();
    rows[i][1] = measured.standard_error(genotype).value_or(std::nan(""));
  }
  ranks.sum(all, Ranks::Patience::work);
  return all;
}

}  // namespace

std::vector<double> DealtAccuracy::evaluate(const std::vector<Genotype>& candidates) {
  if (ranks_.alone()) return measured_.evaluate(candidates);
  if (candidates.empty()) return {};
  ranks_.from_first([&] { return to_text({number_, candidates}); });
  const torch::Tensor all = measured_together(ranks_, candidates, measured_);
  const auto rows = all.accessor<double, 2>();
  std::vector<double> accuracies;
  for (std::int64_t i = 0; i < all.size(0); ++i) {
    const double error = rows[i][1];
    errors_[candidates[static_cast<std::size_t>(i)]] =
        std::isnan(error) ? std::nullopt : std::optional(error);
    accuracies.push_back(rows[i][0]);
  }
  return accuracies;
}

std::optional<double> DealtAccuracy::standard_error(const Genotype& genotype) {
  if (ranks_.alone()) return measured_.standard_error(genotype);
  const auto found = errors_.find(genotype);
  return found == errors_.end() ? std::nullopt : found->second;
}

std::string with_measuring_ranks(const Ranks& ranks, const std::function<std::string()>& work) {
  std::string made;
  ranks.from_first([&] {
    made = work();
    return std::string();
  });
  return made;
}

void measure_for_first(const Ranks& ranks, const std::vector<Accuracy*>& accuracies) {
  while (true) {
    const std::string text = ranks.from_first([] { return std::string(); });
    if (text.empty()) return;
    const Question question = question_of(text);
    measured_together(ranks, question.candidates, *accuracies.at(question.number));
  }
}

}  // namespace h4h::nas
