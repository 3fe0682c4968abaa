#include "sim/report/provenance.hpp"

#include "sim/job/layer_job.hpp"

namespace h4h::sim {

std::string_view program_version() { return H4H_VERSION; }

Document provenance(std::string_view schema) {
  return {{"schema", schema},
          {"program", {{"name", "h4h"}, {"version", program_version()}}},
          {"model_version", kModelVersion}};
}

Table with_provenance(Table table, std::string_view schema) {
  table.add_constant(text_column("schema"), schema);
  table.add_constant(text_column("program_version"), program_version());
  table.add_constant(integer_column("model_version"), kModelVersion);
  return table;
}

}  // namespace h4h::sim
