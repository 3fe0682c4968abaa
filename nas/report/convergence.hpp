#pragma once

#include "base/json/document.hpp"
#include "nas/report/results.hpp"

namespace h4h::nas {

// How the hypervolume of a search grows, as its page draws it: pairs of a number of evaluations and
// the hypervolume of the first so many, of the networks searched (`front`) and of those drawn at
// random (`random`). The last pair of each has the value that search.json has.
Document convergence_document(const Space& space, const SearchResult& result);

}  // namespace h4h::nas
