#include <fmt/format.h>

#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

Table columns(const Report& report) {
  Table table({text_column("name"), text_column("op"), text_column("output"),
               integer_column("macs"), real_column("npu_share"), integer_column("cycles"),
               real_column("latency_s"), real_column("energy_j"), integer_column("noc_bytes"),
               integer_column("spilled_bytes"), text_column("bound_by")});
  for (const auto& [part, joules] :
       models::energy_parts(report.energy_j, report.listed_devices())) {
    table.add_column(real_column(fmt::format("energy_{}_j", part)));
  }
  for (const std::string& device : report.listed_devices()) {
    table.add_column(real_column(device + "_share"));
  }
  table.add_column(text_column("source"));
  return table;
}

}  // namespace

Table report_table(const Report& report) {
  Table table = columns(report);
  const std::vector<std::string> listed = report.listed_devices();
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
    for (const auto& [part, joules] : models::energy_parts(layer.energy_j, listed)) {
      row.emplace_back(joules);
    }
    for (DeviceId id = platforms::kFirstOfList; id < report.devices.size(); ++id) {
      row.emplace_back(layer.share_of(id));
    }
    row.emplace_back(to_string(layer.result.source));
    table.add_row(std::move(row));
  }
  return with_provenance(std::move(table), report_schema(report));
}

}  // namespace h4h::sim
