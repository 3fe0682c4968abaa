#include "nas/search/search.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace h4h::nas {
namespace {

// Keeps the control's random numbers apart from the search's.
constexpr std::uint64_t kSearchStream = 1, kControlStream = 2;
// Of the population in a tournament of evolution; Real et al. take 25 of 100.
constexpr std::size_t kSampleShare = 4;
// Of the population in a generation of selected candidates: many small ones, so that the prediction
// is renewed often.
constexpr std::size_t kFirstPart = 2, kLaterPart = 8;
constexpr double kCrossover = 0.9;  // Deb et al. 2002

// The more accurate within budgets, else the least beyond them.
std::vector<Standing> standings_by_accuracy(const std::vector<Worth>& all) {
  const auto key = [&](std::size_t i) {
    const bool within = !(all[i].violation > 0);
    return std::tuple(all[i].violation, within ? -all[i].accuracy : 0, within ? all[i].cost : 0);
  };
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  std::vector<Standing> standing(all.size());
  for (std::size_t place = 0; place < order.size(); ++place) standing[order[place]].rank = place;
  return standing;
}

// One gene on average, of those that have a choice.
double mutation_rate(const SearchSpace& space) {
  return 1.0 / static_cast<double>(std::max<std::size_t>(1, space.open_genes()));
}

}  // namespace

std::string_view to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::evolution:
      return "evolution";
    case Algorithm::nsga2:
      return "nsga2";
  }
  return {};
}

bool operator==(const SearchState& a, const SearchState& b) {
  return a.random == b.random && a.evaluated == b.evaluated && a.population == b.population &&
         a.exhausted == b.exhausted && a.control_random == b.control_random &&
         a.control == b.control && a.control_exhausted == b.control_exhausted;
}

SearchState start(const SearchSettings& settings) {
  SearchState state;
  state.random = Random({settings.seed, kSearchStream}).state();
  state.control_random = Random({settings.seed, kControlStream}).state();
  return state;
}

Search::Search(SearchSpace space, const Problem& problem, const SearchSettings& settings,
               FitnessOracle& costs, Accuracy& accuracy, SearchState state,
               std::vector<Genotype> seeds, Accuracy* screen)
    : space_(std::move(space)),
      problem_(problem),
      settings_(settings),
      costs_(costs),
      accuracy_(accuracy),
      seeds_(std::move(seeds)),
      mutation_rate_(mutation_rate(space_)),
      random_(state.random),
      control_random_(state.control_random),
      archive_(space_, std::move(state.evaluated)),
      control_(space_, std::move(state.control)),
      population_(std::move(state.population)),
      exhausted_(state.exhausted),
      control_exhausted_(state.control_exhausted) {
  if (settings_.preselection) {
    preselection_.emplace(space_, problem_, *settings_.preselection, screen);
  }
}

SearchState Search::state() const {
  return {random_.state(),         archive_.all(), population_,       exhausted_,
          control_random_.state(), control_.all(), control_exhausted_};
}

bool Search::step() {
  if (searching()) {
    if (archive_.size() == 0) {
      first_generation();
    } else if (settings_.algorithm == Algorithm::nsga2) {
      nsga2_generation();
    } else {
      evolution_generation();
    }
    return true;
  }
  if (!controlling()) return false;
  control_generation();
  return true;
}

std::size_t Search::generation_size() const {
  std::size_t size = settings_.population;
  if (preselection_)
    size = std::max<std::size_t>(1, size / (archive_.size() == 0 ? kFirstPart : kLaterPart));
  return std::min(size, settings_.evaluations - archive_.size());
}

std::vector<Worth> Search::population_worths() const {
  std::vector<Worth> all;
  for (const std::size_t i : population_) all.push_back(worth(problem_, archive_.all()[i]));
  return all;
}

std::vector<Genotype> Search::fresh(const std::function<Genotype()>& propose, std::size_t count) {
  std::set<Genotype> known;
  std::vector<Genotype> batch;
  while (batch.size() < count) {
    const std::optional<Genotype> genotype = archive_.fresh(propose, known, random_);
    if (!genotype) {
      exhausted_ = true;
      break;
    }
    known.insert(*genotype);
    batch.push_back(*genotype);
  }
  return batch;
}

void Search::evaluate_fresh(const std::function<Genotype()>& propose, std::size_t count) {
  const bool chooses = preselection_ && archive_.size() > 0;
  const std::size_t proposals = chooses ? count * preselection_->settings().proposed : count;
  std::vector<Candidate> candidates = costed(costs_, fresh(propose, proposals));
  if (preselection_) {
    std::vector<Candidate> chosen;
    for (const std::size_t i : preselection_->choose(candidates, archive_.all(), count)) {
      chosen.push_back(std::move(candidates[i]));
    }
    if (!chosen.empty()) exhausted_ = false;
    candidates = std::move(chosen);
  }
  measure(problem_, accuracy_, candidates);
  for (Candidate& candidate : candidates) {
    population_.push_back(archive_.size());
    archive_.add(std::move(candidate));
  }
}

void Search::first_generation() {
  std::size_t next = 0;
  evaluate_fresh(
      [&] {
        return next < seeds_.size() ? space_.canonical(seeds_[next++]) : space_.sample(random_);
      },
      generation_size());
}

Genotype Search::mutated(const Genotype& genotype) {
  return space_.mutate(genotype, mutation_rate_, random_);
}

// The place in the population of the one that stands best of some drawn at random.
std::size_t Search::tournament(const std::vector<Standing>& standing, std::size_t size) {
  std::size_t winner = random_.below(standing.size());
  for (std::size_t i = 1; i < size; ++i) {
    const std::size_t other = random_.below(standing.size());
    if (standing[other] < standing[winner]) winner = other;
  }
  return winner;
}

void Search::nsga2_generation() {
  const std::vector<Standing> standing = standings(population_worths());
  const auto parent = [&]() -> const Genotype& {
    return archive_.all()[population_[tournament(standing, 2)]].genotype;
  };
  evaluate_fresh(
      [&] {
        const Genotype& first = parent();
        if (random_.uniform() >= kCrossover) return mutated(first);
        return mutated(space_.crossover(first, parent(), random_));
      },
      generation_size());
  std::vector<std::size_t> survivors;
  for (const std::size_t i : best(population_worths(), settings_.population)) {
    survivors.push_back(population_[i]);
  }
  population_ = std::move(survivors);
}

std::vector<Standing> Search::evolution_standings() const {
  const std::vector<Worth> all = population_worths();
  return problem_.has_budget() ? standings_by_accuracy(all) : standings(all);
}

void Search::evolution_generation() {
  for (std::size_t births = generation_size(); births > 0 && !exhausted_; --births) {
    const std::vector<Standing> standing = evolution_standings();
    const std::size_t size = std::max<std::size_t>(2, population_.size() / kSampleShare);
    evaluate_fresh(
        [&] { return mutated(archive_.all()[population_[tournament(standing, size)]].genotype); },
        1);
    if (population_.size() > settings_.population) population_.erase(population_.begin());
  }
}

void Search::control_generation() {
  const std::size_t count = std::min(settings_.population, controls() - control_.size());
  std::set<Genotype> known;
  std::vector<Genotype> batch, unknown;
  while (batch.size() < count && !control_exhausted_) {
    const auto genotype =
        control_.fresh([&] { return space_.sample(control_random_); }, known, control_random_);
    control_exhausted_ = !genotype;
    if (!genotype) break;
    known.insert(*genotype);
    batch.push_back(*genotype);
    if (archive_.find(*genotype) == nullptr) unknown.push_back(*genotype);
  }
  const std::vector<Candidate> evaluated = evaluate(problem_, costs_, accuracy_, unknown);
  std::size_t next = 0;
  for (const Genotype& genotype : batch) {
    const Candidate* const found = archive_.find(genotype);
    control_.add(found != nullptr ? *found : evaluated[next++]);
  }
}

}  // namespace h4h::nas
