#include "nas/report/convergence.hpp"

#include <algorithm>

#include "nas/search/pareto.hpp"

namespace h4h::nas {
namespace {

constexpr std::size_t kMostPairs = 100;  // each asks for all networks before it

Document growth(const SearchResult& result, const Reference& from,
                const std::vector<Candidate>& candidates) {
  Document pairs = Document::array();
  const std::size_t steps = std::min(candidates.size(), kMostPairs);
  for (std::size_t step = 1; step <= steps; ++step) {
    const std::size_t n = candidates.size() * step / steps;
    const std::vector<Candidate> first(candidates.begin(),
                                       candidates.begin() + static_cast<std::ptrdiff_t>(n));
    pairs.push_back(Document::array({n, hypervolume(result, from, first)}));
  }
  return pairs;
}

}  // namespace

Document convergence_document(const Space& space, const SearchResult& result) {
  const Reference from = reference(space, result);
  return {{"front", growth(result, from, result.evaluated)},
          {"random", growth(result, from, result.control)}};
}

}  // namespace h4h::nas
