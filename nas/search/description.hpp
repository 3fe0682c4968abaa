#pragma once

#include <string>
#include <utility>
#include <vector>

#include "nas/search/search.hpp"

namespace h4h::nas {

// What decides a search's result, by name, as text; in the order in which it is shown.
using Description = std::vector<std::pair<std::string, std::string>>;

// text_hash over everything that defines a space.
std::string space_hash(const Space& space);
// Its name and that.
std::string space_identity(const Space& space);

// `platform` and `accuracy` name where costs and accuracies come from, with a hash.
Description describe(const SearchSpace& space, const std::string& platform,
                     const std::string& accuracy, const Problem& problem,
                     const SearchSettings& settings);

}  // namespace h4h::nas
