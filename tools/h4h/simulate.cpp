#include <fmt/format.h>

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/format.hpp"
#include "tools/h4h/command.hpp"
#include "workloads/import/open.hpp"

namespace h4h::tools {

namespace po = boost::program_options;

std::string simulate(const Arguments& arguments) {
  po::options_description options("options");
  add_platform_options(options);
  // clang-format off
  options.add_options()
      ("network", po::value<std::string>()->value_name("NAME|FILE"), "a .tflite or .yaml file, or a built-in network (`h4h network list`)")
      ("mapping", po::value<std::string>()->default_value("auto")->value_name("WHICH"), "auto: the best share of every layer; npu: all on the NPU; cim: whole layers on the macros as long as they fit")
      ("objective", po::value<std::string>()->default_value("latency")->value_name("WHAT"), "what auto minimises: latency or energy")
      ("unsupported", po::value<std::string>()->default_value("refuse")->value_name("WHAT"), "operators that no layer stands for: refuse, or leave them to the host and list them as not costed")
      ("format", po::value<std::string>()->default_value("table")->value_name("HOW"), "table, csv or json");
  // clang-format on
  const Parsed parsed =
      parse(arguments, options,
            "usage: h4h simulate --platform FILE --network NAME|FILE [options]\n"
            "Latency, energy and area of a network on a platform, layer by layer.\n");
  if (parsed.help) return {};

  const std::size_t strategy =
      one_of("mapping", required(parsed, "mapping"), {"npu", "cim", "auto"});
  const std::size_t objective =
      one_of("objective", required(parsed, "objective"), {"latency", "energy"});
  const std::size_t format = one_of("format", required(parsed, "format"), {"table", "csv", "json"});
  const std::size_t policy =
      one_of("unsupported", required(parsed, "unsupported"), {"refuse", "host"});
  const std::string name = required(parsed, "network");
  const platforms::Platform platform = platform_of(parsed);
  const workloads::Network network =
      workloads::open_network(name, static_cast<workloads::UnsupportedPolicy>(policy));

  sim::LayerCosts costs(platform.hardware);
  const sim::MappingResult mapped =
      sim::map_network(costs, platform, network, static_cast<sim::Strategy>(strategy),
                       static_cast<sim::Objective>(objective));
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
    throw std::runtime_error(
        fmt::format("{} does not run on {}: {}", network.name, platform.name, infeasible->reason));
  }
  const auto& mapping = std::get<sim::Mapping>(mapped);
  const sim::Report report =
      sim::make_report(platform, network, mapping, sim::simulate_layers(costs, network, mapping));
  if (format == 0) return sim::format_table(report);
  return format == 1 ? sim::format_csv(report) : sim::format_json(report);
}

}  // namespace h4h::tools
