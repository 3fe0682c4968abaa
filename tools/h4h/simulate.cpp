#include <fmt/format.h>

#include <charconv>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "nas/space/open_network.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/format.hpp"
#include "sim/report/format_page.hpp"
#include "sim/report/format_trace.hpp"
#include "sim/uncertainty/format_uncertainty.hpp"
#include "tools/h4h/objective_option.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_variants.hpp"
#include "tools/h4h/sampling_options.hpp"
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
  add_cache_option(options, "; samples of --uncertainty are not kept");
  add_jobs_option(options);
  add_objective_option(options);
  add_uncertainty_options(options);
  // clang-format off
  options.add_options()
      ("network", po::value<std::string>()->value_name("NAME|FILE"), "a .tflite or .yaml file, a built-in network (`h4h network list`), or SPACE.yaml#min|mid|max[@RESOLUTION]")
      ("mapping", po::value<std::string>()->default_value("auto")->value_name("WHICH"), "auto: the best share of every layer; npu: all on the NPU; cim: whole layers on the macros as long as they fit; or a mapping file, which pins layers and leaves the others to auto")
      ("effort", po::value<std::string>()->default_value("quick")->value_name("WHICH"), "what auto looks at: quick, shares by eighths and macros and units by halves; full, shares of every number of words and every number of macros and units (several times slower)")
      ("save-mapping", po::value<std::string>()->value_name("FILE"), "write the mapping as a mapping file, to edit and give to --mapping")
      ("max-energy", po::value<std::string>()->value_name("ENERGY"), "with --objective latency: the least latency within it, as 0.2mJ")
      ("max-latency", po::value<std::string>()->value_name("TIME"), "with --objective energy: the least energy within it, as 2ms")
      ("fps", po::value<std::string>()->value_name("N"), "inferences a second, asleep between two: adds the average power to table and JSON")
      ("unsupported", po::value<std::string>()->default_value("refuse")->value_name("WHAT"), "operators that no layer stands for: refuse, or leave them to the host and list them as not costed")
      ("format", po::value<std::string>()->default_value("table")->value_name("HOW"), "table, csv or json")
      ("trace", po::value<std::string>()->value_name("FILE"), "write a trace (JSON) for ui.perfetto.dev or chrome://tracing")
      ("html", po::value<std::string>()->value_name("FILE"), "write one page that opens offline: where time and energy go, rooflines, timelines, the mapping");
  // clang-format on
  return options;
}

// What to map how: one of the strategies, or a file that pins layers.
struct Wanted {
  sim::Strategy strategy = sim::Strategy::automatic;
  std::optional<std::string> file;
  sim::Goal goal = sim::Objective::latency;
  sim::Effort effort = sim::Effort::quick;
};

// A word is a strategy, a path a file.
void read_mapping(const std::string& text, Wanted& wanted) {
  if (text.find_first_of("./") == std::string::npos) {
    wanted.strategy = enum_of<sim::Strategy>("mapping", text);
  } else {
    wanted.file = text;
  }
}

sim::Goal goal(const Parsed& parsed) {
  const auto energy = quantity(parsed, "max-energy", platforms::Dimension::energy);
  const auto latency = quantity(parsed, "max-latency", platforms::Dimension::time);
  const sim::Goal goal(objective_of(parsed), energy ? energy : latency);
  if (energy && goal.objective != sim::Objective::latency) {
    throw UsageError("--max-energy bounds --objective latency");
  }
  if (latency && goal.objective != sim::Objective::energy) {
    throw UsageError("--max-latency bounds --objective energy");
  }
  return goal;
}

Wanted wanted(const Parsed& parsed) {
  Wanted wanted;
  read_mapping(required(parsed, "mapping"), wanted);
  wanted.goal = goal(parsed);
  wanted.effort = enum_of<sim::Effort>("effort", required(parsed, "effort"));
  if (wanted.goal.limit && wanted.strategy != sim::Strategy::automatic) {
    throw UsageError("--max-energy and --max-latency bound what --mapping auto chooses");
  }
  if (!parsed.values["effort"].defaulted() && wanted.strategy != sim::Strategy::automatic) {
    throw UsageError("--effort is of what --mapping auto looks at");
  }
  return wanted;
}

std::optional<double> fps(const Parsed& parsed) {
  const auto text = optional(parsed, "fps");
  if (!text) return std::nullopt;
  double value = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end || !(value >= 1e-6 && value <= 1e6)) {
    throw UsageError(fmt::format("--fps '{}' is not a number from 0.000001 to 1000000", *text));
  }
  return value;
}

sim::MappingWanted resolved(const Wanted& wanted, std::optional<double> rate,
                            const platforms::Platform& platform,
                            const workloads::Network& network) {
  return {wanted.strategy, wanted.goal,
          wanted.file ? sim::read_mapping_file(*wanted.file, platform.hardware.cim, network)
                      : sim::Pins{},
          wanted.effort, rate};
}

sim::Mapping map_or_throw(sim::LayerCosts& costs, const platforms::Platform& platform,
                          const workloads::Network& network, const sim::MappingWanted& wanted) {
  const sim::MappingResult mapped = sim::map_network(costs, platform, network, wanted.strategy,
                                                     wanted.goal, wanted.pins, wanted.effort);
  if (const auto* infeasible = std::get_if<sim::Infeasible>(&mapped)) {
    throw std::runtime_error(
        fmt::format("{} does not run on {}: {}", network.name, platform.name, infeasible->reason));
  }
  return std::get<sim::Mapping>(mapped);
}

// The same network under the same wishes, over the ranges of the platform's values.
sim::Uncertainty over_ranges(const Sampling& sampling, const platforms::Platform& platform,
                             const workloads::Network& network, const sim::MappingWanted& how,
                             sim::JobResults& results) {
  const sim::UncertaintyPlan plan = sim::plan_uncertainty(platforms::uncertain_parameters(platform),
                                                          sampling.samples, sampling.seed);
  const auto variant = [&](std::size_t i) { return platforms::with(platform, plan.variants[i]); };
  const std::vector<workloads::Network> networks{network};
  return sim::summarise(plan,
                        run_variants({plan.variants.size(), variant, networks, how}, results));
}

std::string text_of(Format format, const sim::Report& report,
                    const std::optional<sim::Uncertainty>& over) {
  if (format == Format::csv) return write_csv(sim::report_table(report));
  if (format == Format::json) {
    return write_json(over ? sim::report_document(report, *over) : sim::report_document(report));
  }
  return sim::format_table(report) + (over ? sim::format_table(*over) : "");
}

}  // namespace

std::string simulate(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};

  const Wanted mapping_wanted = wanted(parsed);
  const std::optional<double> rate = fps(parsed);
  const Format format = format_of(parsed, {Format::table, Format::csv, Format::json});
  const auto policy =
      enum_of<workloads::UnsupportedPolicy>("unsupported", required(parsed, "unsupported"));
  const auto trace = optional(parsed, "trace"), html = optional(parsed, "html");
  if (trace && trace == html) throw UsageError("--trace and --html name the same file");
  const std::optional<Sampling> sampling = uncertainty_of(parsed, {"jobs"});
  if (sampling && format == Format::csv)
    throw UsageError("--uncertainty is for --format table and json");
  const std::string name = required(parsed, "network");
  const platforms::Platform platform = platform_of(parsed);
  const workloads::Network network = nas::open_network(name, policy);

  Results results(cache_file(parsed), sampling ? jobs_of(parsed) : 1);
  sim::LayerCosts costs(platform.hardware, *results);
  const sim::MappingWanted how = resolved(mapping_wanted, rate, platform, network);
  const sim::Mapping mapping = map_or_throw(costs, platform, network, how);
  sim::Report report =
      sim::make_report(platform, network, mapping, sim::simulate_layers(costs, network, mapping));
  if (mapping_wanted.file) {
    report.pinned = sim::pinned_part(costs, platform, network, how.goal, how.pins, how.effort,
                                     *mapping_wanted.file);
  }
  if (rate) sim::add_duty_cycle(report, platform, *rate);
  if (const auto path = optional(parsed, "save-mapping")) {
    write_file(*path, sim::mapping_text(network, mapping));
  }
  std::optional<sim::Uncertainty> over;
  if (sampling) {
    results.keep_no_more();
    over = over_ranges(*sampling, platform, network, how, *results);
  }
  if (trace || html) {
    models::Timeline timeline;
    sim::run_network(platform.hardware, network, mapping, timeline);
    if (trace) write_file(*trace, sim::format_trace(report, timeline));
    if (html) {
      Document uncertainty = over ? sim::uncertainty_page_document(*over) : Document();
      write_file(*html, sim::format_page(report, platform, timeline, std::move(uncertainty)));
    }
  }
  return text_of(format, report, over);
}

}  // namespace h4h::tools
