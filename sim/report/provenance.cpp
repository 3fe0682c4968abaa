#include "sim/report/provenance.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/job/layer_job.hpp"

namespace h4h::sim {
namespace {

std::string with_commas(const std::vector<std::string>& fields) {
  return fmt::format(",{}", fmt::join(fields, ","));
}

}  // namespace

std::string_view program_version() { return H4H_VERSION; }

nlohmann::ordered_json provenance_json(std::string_view schema) {
  return {{"schema", schema},
          {"program", {{"name", "h4h"}, {"version", program_version()}}},
          {"model_version", kModelVersion}};
}

std::vector<std::string> provenance_columns() {
  return {"schema", "program_version", "model_version"};
}

std::vector<std::string> provenance_fields(std::string_view schema) {
  return {std::string(schema), std::string(program_version()), fmt::to_string(kModelVersion)};
}

std::string provenance_header() { return with_commas(provenance_columns()); }

std::string provenance_row(std::string_view schema) {
  return with_commas(provenance_fields(schema));
}

}  // namespace h4h::sim
