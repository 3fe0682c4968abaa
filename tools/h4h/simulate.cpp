#include <fmt/format.h>

#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/format.hpp"
#include "sim/report/format_page.hpp"
#include "sim/report/format_trace.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/open_network.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h simulate --platform FILE --network NAME|FILE [options]\n"
    "Latency, energy and area of a network on a platform, layer by layer.\n"
    "--trace and --html write files besides: what each part did when, and a page to look at.\n";

po::options_description options() {
  po::options_description options("options");
  add_platform_options(options);
  // clang-format off
  options.add_options()
      ("network", po::value<std::string>()->value_name("NAME|FILE"), "a .tflite or .yaml file, a built-in network (`h4h network list`), or SPACE.yaml#min|mid|max[@RESOLUTION]")
      ("mapping", po::value<std::string>()->default_value("auto")->value_name("WHICH"), "auto: the best share of every layer; npu: all on the NPU; cim: whole layers on the macros as long as they fit")
      ("objective", po::value<std::string>()->default_value("latency")->value_name("WHAT"), "what auto minimises: latency or energy")
      ("unsupported", po::value<std::string>()->default_value("refuse")->value_name("WHAT"), "operators that no layer stands for: refuse, or leave them to the host and list them as not costed")
      ("format", po::value<std::string>()->default_value("table")->value_name("HOW"), "table, csv or json")
      ("trace", po::value<std::string>()->value_name("FILE"), "write a trace (JSON) for ui.perfetto.dev or chrome://tracing")
      ("html", po::value<std::string>()->value_name("FILE"), "write one page that opens offline: where time and energy go, rooflines, timelines, the mapping");
  // clang-format on
  return options;
}

sim::Mapping map_or_throw(sim::LayerCosts& costs, const platforms::Platform& platform,
                          const workloads::Network& network, std::size_t strategy,
                          std::size_t objective) {
  const sim::MappingResult mapped =
      sim::map_network(costs, platform, network, static_cast<sim::Strategy>(strategy),
                       static_cast<sim::Objective>(objective));
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
    throw std::runtime_error(
        fmt::format("{} does not run on {}: {}", network.name, platform.name, infeasible->reason));
  }
  return std::get<sim::Mapping>(mapped);
}

}  // namespace

std::string simulate(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};

  const std::size_t strategy =
      one_of("mapping", required(parsed, "mapping"), {"npu", "cim", "auto"});
  const std::size_t objective =
      one_of("objective", required(parsed, "objective"), {"latency", "energy"});
  const std::size_t format = one_of("format", required(parsed, "format"), {"table", "csv", "json"});
  const std::size_t policy =
      one_of("unsupported", required(parsed, "unsupported"), {"refuse", "host"});
  const auto trace = optional(parsed, "trace"), html = optional(parsed, "html");
  if (trace && trace == html) throw UsageError("--trace and --html name the same file");
  const std::string name = required(parsed, "network");
  const platforms::Platform platform = platform_of(parsed);
  const workloads::Network network =
      open_network(name, static_cast<workloads::UnsupportedPolicy>(policy));

  sim::LayerCosts costs(platform.hardware);
  const sim::Mapping mapping = map_or_throw(costs, platform, network, strategy, objective);
  const sim::Report report =
      sim::make_report(platform, network, mapping, sim::simulate_layers(costs, network, mapping));
  if (trace || html) {
    models::Timeline timeline;
    sim::run_network(platform.hardware, network, mapping, timeline);
    if (trace) write_file(*trace, sim::format_trace(report, timeline));
    if (html) write_file(*html, sim::format_page(report, platform, timeline));
  }
  if (format == 0) return sim::format_table(report);
  return format == 1 ? sim::format_csv(report) : sim::format_json(report);
}

}  // namespace h4h::tools
