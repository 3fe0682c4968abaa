#pragma once

#include <string>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/validation/validation.hpp"

namespace h4h::sim {

// Groups, ablations, networks, and the bounds with PASS or FAIL.
std::string format_validation_table(const Validation& validation);
// The same; schema "h4h.validation/1".
Document validation_document(const Validation& validation);
// A row for each layer of the references.
Table validation_table(const Validation& validation);
// One HTML page that holds everything it needs and fetches nothing.
std::string format_validation_page(const Validation& validation, const std::string& command = {});

}  // namespace h4h::sim
