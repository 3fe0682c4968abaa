#include <fmt/format.h>

#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

Table columns() {
  Table table({text_column("name"), text_column("op"), text_column("output"),
               integer_column("macs"), real_column("npu_share"), integer_column("cycles"),
               real_column("latency_s"), real_column("energy_j"), integer_column("noc_bytes"),
               integer_column("spilled_bytes"), text_column("bound_by")});
  for (const models::Part part : models::kParts) {
    table.add_column(real_column(fmt::format("energy_{}_j", to_string(part))));
  }
  table.add_column(text_column("source"));
  return table;
}

}  // namespace

Table report_table(const Report& report) {
  Table table = columns();
  for (const LayerReport& layer : report.layers) {
    std::vector<Cell> row{layer.name,
                          layer.op,
                          workloads::to_string(layer.output),
                          layer.macs,
                          layer.npu_share(),
                          layer.cycles,
                          to_seconds(layer.result.time),
                          layer.energy_j.total(),
                          layer.result.counts[models::Event::noc_byte],
                          layer.result.counts[models::Event::external_byte],
                          layer.bound.name()};
    for (const models::Part part : models::kParts) row.emplace_back(layer.energy_j[part]);
    row.emplace_back(to_string(layer.result.source));
    table.add_row(std::move(row));
  }
  return with_provenance(std::move(table), kReportSchema);
}

}  // namespace h4h::sim
