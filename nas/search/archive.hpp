#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "nas/search/problem.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// Everything evaluated so far, in order; by genotype, so that nothing is evaluated twice.
class Archive {
 public:
  Archive(SearchSpace space, std::vector<Candidate> all);

  const std::vector<Candidate>& all() const { return all_; }
  std::size_t size() const { return all_.size(); }
  const Candidate* find(const Genotype& genotype) const;
  void add(Candidate candidate);

  // A genotype that is neither here nor in `batch`: as proposed, or after some vain tries drawn
  // from the whole space; nullopt where as good as everything is known.
  std::optional<Genotype> fresh(const std::function<Genotype()>& propose,
                                const std::set<Genotype>& batch, Random& random) const;

 private:
  std::optional<Genotype> one_of_the_rest(const std::set<Genotype>& batch, Random& random) const;

  SearchSpace space_;
  std::vector<Candidate> all_;
  std::map<Genotype, std::size_t> index_;
};

}  // namespace h4h::nas
