#include <fmt/format.h>

#include "base/csv/csv_writer.hpp"
#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
std::string format_csv(const Report& report) {
  std::string text =
      "name,op,output,macs,npu_share,cycles,latency_s,energy_j,noc_bytes,spilled_bytes,bound_by";
  for (const models::Part part : models::kParts) {
    text += fmt::format(",energy_{}_j", to_string(part));
  }
  text += ",source" + provenance_header() + "\n";
  for (const LayerReport& layer : report.layers) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}", csv_field(layer.name), layer.op,
                        workloads::to_string(layer.output), layer.macs, layer.npu_share(),
                        layer.cycles, to_seconds(layer.result.time), layer.energy_j.total(),
                        layer.result.counts[models::Event::noc_byte],
                        layer.result.counts[models::Event::external_byte], to_string(layer.bound));
    for (const models::Part part : models::kParts) {
      text += fmt::format(",{}", layer.energy_j[part]);
    }
    text += fmt::format(",{}{}\n", to_string(layer.result.source), provenance_row(kReportSchema));
  }
  return text;
}

}  // namespace h4h::sim
