#include <fmt/format.h>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/problems.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/format.hpp"
#include "sim/report/provenance.hpp"
#include "sim/report/report.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/results_options.hpp"
#include "workloads/import/layer_list/reader.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

constexpr const char kSchema[] = "h4h.layers/1";

struct Row {
  std::string id;
  std::int64_t cycles, npu_cycles;
  double latency_s, energy_j, utilization;
  std::int64_t noc_bytes;
  std::string bound_by;
  double npu_share;
  std::string source;
};

// Why a layer has no costs.
class LayerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws LayerError.
Row cost_row(sim::LayerCosts& costs, const platforms::Platform& platform,
             const workloads::ListedLayer& listed, const sim::MappingWanted& wanted) {
  const sim::MappingResult mapped = sim::map_network(
      costs, platform, listed.network, wanted.strategy, wanted.goal, {}, wanted.effort);
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
    throw LayerError(infeasible->reason);
  }
  const auto& mapping = std::get<sim::Mapping>(mapped);
  const sim::Report report = sim::make_report(platform, listed.network, mapping,
                                              sim::simulate_layers(costs, listed.network, mapping));
  const std::string over = sim::over_limit(report, wanted.limits);
  if (!over.empty()) throw LayerError(over);
  const sim::LayerReport& layer = report.layers.front();
  const double peak =
      static_cast<double>(layer.cycles) * static_cast<double>(report.macs_per_cycle);
  return {listed.id,
          layer.cycles,
          layer.result.counts[models::Event::npu_cycle],
          to_seconds(layer.result.time),
          layer.energy_j.total(),
          static_cast<double>(layer.macs) / peak,
          report.noc_bytes,
          std::string(layer.bound.name()),
          layer.npu_share(),
          std::string(to_string(layer.result.source))};
}

// Throws LayerError that names every row that has no costs.
std::vector<Row> cost_rows(const std::string& file, sim::LayerCosts& costs,
                           const platforms::Platform& platform, const sim::MappingWanted& wanted) {
  std::vector<Row> rows;
  Problems problems;
  for (const workloads::ListedLayer& listed : workloads::read_layer_list(file)) {
    try {
      rows.push_back(cost_row(costs, platform, listed, wanted));
    } catch (const LayerError& error) {
      problems.add(listed.line, fmt::format("layer {}: {}", listed.id, error.what()));
    }
  }
  if (problems.count() > 0) throw LayerError(problems.text(file, SIZE_MAX));
  return rows;
}

Table table_of(const std::vector<Row>& rows) {
  Table table({text_column("layer_id"), integer_column("cycles"), integer_column("npu_cycles"),
               real_column("latency_s"), real_column("energy_j"), real_column("utilization"),
               integer_column("noc_bytes"), text_column("bound_by"), real_column("npu_share"),
               text_column("source")});
  for (const Row& r : rows) {
    table.add_row({r.id, r.cycles, r.npu_cycles, r.latency_s, r.energy_j, r.utilization,
                   r.noc_bytes, r.bound_by, r.npu_share, r.source});
  }
  return sim::with_provenance(std::move(table), kSchema);
}

Document document_of(const std::vector<Row>& rows) {
  Document layers = Document::array();
  for (const Row& r : rows) {
    layers.push_back({{"layer_id", r.id},
                      {"cycles", r.cycles},
                      {"npu_cycles", r.npu_cycles},
                      {"latency_s", r.latency_s},
                      {"energy_j", r.energy_j},
                      {"utilization", r.utilization},
                      {"noc_bytes", r.noc_bytes},
                      {"bound_by", r.bound_by},
                      {"npu_share", r.npu_share},
                      {"source", r.source}});
  }
  Document json = sim::provenance(kSchema);
  json["layers"] = layers;
  return json;
}

}  // namespace

std::string layers(const Arguments& arguments) {
  const Formats formats{Format::csv, Format::json};
  Options options("options");
  add_platform_options(options);
  options.add_options()("csv", po::value<std::string>()->value_name("FILE"),
                        "layers, with the columns layer_id, op, H, W, Cin, Cout, k, stride and "
                        "optionally groups, dilation, padding; or layer_id, M, N, K");
  add_mapping_options(options, "npu", false);
  add_format_option(options, formats);
  add_cache_option(options);
  const Parsed parsed =
      parse(arguments, options,
            "usage: h4h layers --platform FILE --csv FILE [options]\n"
            "Cost of single layers, each a network of its own, in the order of the rows.\n"
            "op is conv3x3, conv5x5, ..., dw3x3, ..., pw1x1, fc (H x W rows), conv or dw with the "
            "kernel in k, softmax, or matmul (H products of W x Cin and Cin x Cout); int8, SAME "
            "padding unless padding is valid, fused ReLU. With the columns M, N, K a row is an fc "
            "of M rows, K inputs and N outputs.\n");
  if (parsed.help) return {};

  const MappingOptions mapping = mapping_options_of(parsed, false);
  const Format format = format_of(parsed, formats);
  const std::string file = required(parsed, "csv");
  const platforms::Platform platform = platform_of(parsed);
  const Results results(cache_file(parsed));
  sim::LayerCosts costs(platform.hardware, *results);
  const std::vector<Row> rows = cost_rows(file, costs, platform, mapping.wanted);
  return format == Format::csv ? write_csv(table_of(rows)) : write_json(document_of(rows));
}

}  // namespace h4h::tools
