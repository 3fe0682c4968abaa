#pragma once

#include <gtest/gtest.h>

#include "base/csv/csv_table.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/report/provenance.hpp"
#include "tests/support/json_schema.hpp"

namespace h4h::tests {

inline const char kProvenanceSchema[] = R"json({
  "type": "object", "required": ["schema", "program", "model_version"],
  "properties": {
    "schema": {"type": "string", "pattern": "^h4h\\.[a-z]+/[0-9]+$"},
    "program": {"type": "object", "required": ["name", "version"], "properties": {
      "name": {"enum": ["h4h"]}, "version": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$"}}},
    "model_version": {"type": "integer", "minimum": 1}
  }
})json";

// That a document says which schema it has, and which program and model wrote it.
inline void expect_provenance(const nlohmann::json& document, const std::string& schema) {
  static const JsonSchema kSchema(nlohmann::json::parse(kProvenanceSchema));
  EXPECT_EQ(kSchema.problem(document), "") << schema;
  EXPECT_EQ(document.value("schema", ""), schema);
  EXPECT_EQ(document.value("model_version", 0), sim::kModelVersion) << schema;
}

// What stands at the end of the header and of every row of a CSV text.
inline const char kProvenanceHeader[] = ",schema,program_version,model_version\n";
inline std::string provenance_row(const std::string& schema) {
  return "," + schema + "," + std::string(sim::program_version()) + "," +
         std::to_string(sim::kModelVersion) + "\n";
}

// The same of the last three columns of every line of a CSV text.
inline void expect_provenance_columns(const std::string& csv, const std::string& schema) {
  std::istringstream stream(csv);
  std::string line;
  ASSERT_TRUE(std::getline(stream, line)) << schema;
  const std::size_t width = csv_fields(line).size();
  const std::string end = "schema,program_version,model_version";
  ASSERT_GT(line.size(), end.size());
  EXPECT_EQ(line.substr(line.size() - end.size()), end);
  std::size_t rows = 0;
  for (; std::getline(stream, line); ++rows) {
    const std::vector<std::string> fields = csv_fields(line);
    ASSERT_EQ(fields.size(), width) << line;
    EXPECT_EQ(fields[width - 3], schema);
    EXPECT_TRUE(std::regex_match(fields[width - 2], std::regex("[0-9]+\\.[0-9]+\\.[0-9]+")))
        << line;
    EXPECT_EQ(fields[width - 1], std::to_string(sim::kModelVersion));
  }
  EXPECT_GT(rows, 0u) << schema;
}

}  // namespace h4h::tests
