#pragma once

#include <string>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/validation/family.hpp"

namespace h4h::sim {

// Groups and the bounds with PASS or FAIL.
std::string format_family_table(const FamilyValidation& validation);
// The same; schema "h4h.family/1".
Document family_document(const FamilyValidation& validation);
// A row for each layer of the references.
Table family_table(const FamilyValidation& validation);

}  // namespace h4h::sim
