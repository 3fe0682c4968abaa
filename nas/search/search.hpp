#pragma once

#include <optional>

#include "nas/search/archive.hpp"
#include "nas/search/preselection.hpp"

namespace h4h::nas {

enum class Algorithm { evolution, nsga2 };
std::string_view to_string(Algorithm algorithm);

// Counts are of networks. The defaults are ours: the paper names evolutionary search (section 4.2),
// but none of its settings.
struct SearchSettings {
  Algorithm algorithm = Algorithm::nsga2;
  std::size_t population = 64;
  std::size_t evaluations = 1000;  // of distinct networks
  std::uint64_t seed = 1;
  // Distinct networks of the random search beside it; nullopt: as many as the search looks at.
  std::optional<std::size_t> random{};
  // Measures the accuracy only of selected candidates. The first generation, without a selection,
  // is then half of `population`, each later one an eighth.
  std::optional<PreselectionSettings> preselection{};
};

// All that a search knows after a generation: with the same arguments it resumes from here as if
// it had never been interrupted.
struct SearchState {
  std::uint64_t random = 0;             // of Random
  std::vector<Candidate> evaluated;     // in order
  std::vector<std::size_t> population;  // of `evaluated`; of evolution the oldest first
  bool exhausted = false;               // no network was left to look at

  // Random search beside it.
  std::uint64_t control_random = 0;
  std::vector<Candidate> control;
  bool control_exhausted = false;
};

bool operator==(const SearchState& a, const SearchState& b);

// Before the first generation.
SearchState start(const SearchSettings& settings);

// Searches a space of networks, or of networks and chips, a generation a step, then draws networks
// at random for comparison.
//
// nsga2 (Deb et al. 2002): binary tournaments, uniform crossover, mutation, the best of parents
// and children survive. evolution (Real et al. 2019): the best of a random sample, a quarter of the
// population, has a mutated child, the oldest dies; best is the more accurate within budgets where
// there are any, else the one that stands better between both objectives. Every gene mutates with
// probability 1 / genes, of the genes that have a choice.
class Search {
 public:
  // `seeds` stand in the first generation, before random networks. References are kept, that of
  // the space of networks too. A step throws what `costs` and `accuracy` throw. `screen`: cheap
  // estimates of accuracies, for settings with a preselection; nullptr: it has none.
  Search(SearchSpace space, const Problem& problem, const SearchSettings& settings,
         FitnessOracle& costs, Accuracy& accuracy, SearchState state, std::vector<Genotype> seeds,
         Accuracy* screen = nullptr);

  // A generation; false, and nothing done, where the search and its control are complete.
  bool step();

  SearchState state() const;
  const Archive& evaluated() const { return archive_; }
  const Archive& control() const { return control_; }

 private:
  bool searching() const { return !exhausted_ && archive_.size() < settings_.evaluations; }
  std::size_t controls() const { return settings_.random.value_or(archive_.size()); }
  bool controlling() const { return !control_exhausted_ && control_.size() < controls(); }
  // Networks that the next generation may evaluate.
  std::size_t generation_size() const;
  std::vector<Worth> population_worths() const;

  void first_generation();
  void nsga2_generation();
  void evolution_generation();
  void control_generation();

  Genotype mutated(const Genotype& genotype);
  std::size_t tournament(const std::vector<Standing>& standing, std::size_t size);
  std::vector<Standing> evolution_standings() const;
  // Adds what is proposed and new to the archive and the population; less where all is known.
  void evaluate_fresh(const std::function<Genotype()>& propose, std::size_t count);
  std::vector<Genotype> fresh(const std::function<Genotype()>& propose, std::size_t count);

  SearchSpace space_;
  Problem problem_;
  SearchSettings settings_;
  FitnessOracle& costs_;
  Accuracy& accuracy_;
  std::vector<Genotype> seeds_;
  double mutation_rate_;

  Random random_, control_random_;
  Archive archive_, control_;
  std::vector<std::size_t> population_;
  bool exhausted_, control_exhausted_;
  std::optional<Preselection> preselection_;
};

}  // namespace h4h::nas
