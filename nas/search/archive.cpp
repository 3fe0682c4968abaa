#include "nas/search/archive.hpp"

namespace h4h::nas {
namespace {

constexpr int kTries = 64;              // of a proposal, before the whole space is asked
constexpr double kLog10Enumerable = 5;  // of networks in a space that is gone through in the end

}  // namespace

Archive::Archive(SearchSpace space, std::vector<Candidate> all)
    : space_(std::move(space)), all_(std::move(all)) {
  for (std::size_t i = 0; i < all_.size(); ++i) index_.emplace(all_[i].genotype, i);
}

const Candidate* Archive::find(const Genotype& genotype) const {
  const auto found = index_.find(genotype);
  return found == index_.end() ? nullptr : &all_[found->second];
}

void Archive::add(Candidate candidate) {
  index_.emplace(candidate.genotype, all_.size());
  all_.push_back(std::move(candidate));
}

std::optional<Genotype> Archive::fresh(const std::function<Genotype()>& propose,
                                       const std::set<Genotype>& batch, Random& random) const {
  for (int i = 0; i < 2 * kTries; ++i) {
    Genotype genotype = i < kTries ? propose() : space_.sample(random);
    if (index_.count(genotype) == 0 && batch.count(genotype) == 0) return genotype;
  }
  return one_of_the_rest(batch, random);
}

std::optional<Genotype> Archive::one_of_the_rest(const std::set<Genotype>& batch,
                                                 Random& random) const {
  if (space_.log10_size() > kLog10Enumerable) return std::nullopt;
  std::vector<Genotype> rest;
  for (Genotype& genotype : space_.enumerate()) {
    if (index_.count(genotype) == 0 && batch.count(genotype) == 0) {
      rest.push_back(std::move(genotype));
    }
  }
  if (rest.empty()) return std::nullopt;
  return rest[random.below(rest.size())];
}

}  // namespace h4h::nas
