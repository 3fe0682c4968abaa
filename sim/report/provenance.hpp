#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace h4h::sim {

// What every JSON and CSV file says of where it comes from: its schema, the program's version and
// the version of the model (kModelVersion). Results of two model versions do not compare.

// As of CMake's project(), e.g. "0.1.0".
std::string_view program_version();

// {"schema","program":{"name","version"},"model_version"}: what a JSON document begins with.
nlohmann::ordered_json provenance_json(std::string_view schema);

// The columns that end every row of a CSV file: schema, program_version, model_version. A header
// and a row that are put together as text get them with a comma in front.
std::vector<std::string> provenance_columns();
std::vector<std::string> provenance_fields(std::string_view schema);
std::string provenance_header();
std::string provenance_row(std::string_view schema);

}  // namespace h4h::sim
