#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/studies/claims.hpp"
#include "tools/studies/study.hpp"

namespace h4h::studies {

std::string format_csv(const Table& table);

// Columns id, quotation, value, accept, verdict, assumptions.
std::string format_claims_csv(const std::vector<JudgedClaim>& claims);
// Id, value, accept and verdict, for reading.
std::string format_claims_table(const std::vector<JudgedClaim>& claims);

// The studies that have results in the order of all_studies(), then the claims: one HTML page that
// holds everything it needs and fetches nothing. `chip`: what was studied.
std::string format_page(const std::string& chip, const std::map<std::string, Result>& results,
                        const std::vector<JudgedClaim>& claims);

}  // namespace h4h::studies
