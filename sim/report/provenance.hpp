#pragma once

#include <string_view>

#include "base/json/document.hpp"
#include "base/table/table.hpp"

namespace h4h::sim {

// What every JSON and CSV file says of where it comes from: its schema, the program's version and
// the version of the model (kModelVersion). Results of two model versions do not compare.

// As of CMake's project(), e.g. "0.1.0".
std::string_view program_version();

// {"schema","program":{"name","version"},"model_version"}: what a document begins with.
Document provenance(std::string_view schema);

// The table with the columns schema, program_version and model_version at its end.
Table with_provenance(Table table, std::string_view schema);

}  // namespace h4h::sim
