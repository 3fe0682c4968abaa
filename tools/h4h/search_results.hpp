#pragma once

#include "nas/report/results.hpp"
#include "tools/h4h/run_folder.hpp"

namespace h4h::tools {

// space.yaml, front.csv, random.csv, search.json and index.html of a search. Throws
// std::runtime_error, also for a search.json that `h4h fronts` could not read back.
void write_search_results(const nas::SearchResult& result, const nas::Space& space,
                          const RunFolder& folder);

}  // namespace h4h::tools
