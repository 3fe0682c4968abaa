#include <fmt/format.h>

#include <cmath>

#include "base/json/json_writer.hpp"
#include "base/program_files.hpp"
#include "base/text/printable.hpp"
#include "nas/space/open_network.hpp"
#include "sim/scenario/format_scenario.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_mapped.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h scenario --platform FILE SCENARIO.yaml [options]\n"
    "Several networks with rates and deadlines on one chip: frames that are on time, late or "
    "dropped, latencies, utilisation and energy. The chip runs one inference at a time.\n";

const Formats kFormats{Format::table, Format::json};

Options options() {
  Options options("options");
  add_platform_options(options);
  add_objective_option(options);
  add_format_option(options, kFormats);
  // clang-format off
  options.add_options()
      ("html", po::value<std::string>()->value_name("FILE"), "write an HTML page that opens offline: the networks and a timeline of the first frames");
  // clang-format on
  add_cache_option(options);
  return options;
}

std::string scenario_file(const Parsed& parsed) {
  const Arguments files = list_of(parsed, kArguments);
  if (files.size() != 1) throw UsageError("one scenario file is needed");
  return file_or_shipped(files.front(), "scenarios").string();
}

sim::InferenceCost cost_of(const sim::Report& report) {
  const models::DutyCycle& duty = report.duty.value();
  constexpr double kPerSecond = models::kPicosecondsPerSecond;
  return {report.time,
          duty.active_j,
          {std::llround((duty.wake_up_s + duty.reload_s) * kPerSecond)},
          duty.wake_up_j + duty.reload_j};
}

// The weights of all networks stay in the macros.
void check_storage(const sim::ScenarioResult& result, const platforms::Platform& platform) {
  const models::Devices devices = models::make_devices(platform.hardware);
  for (std::size_t id = 0; id < devices.size(); ++id) {
    const std::optional<models::MacroGroup> group = devices[id]->macro_group();
    if (!group || !group->limited) continue;
    const std::int64_t capacity = group->macros * group->words_per_macro * group->word_bytes;
    std::int64_t needed = 0;
    std::string parts;
    for (std::size_t i = 0; i < result.reports.size(); ++i) {
      const std::int64_t bytes = result.reports[i].devices.at(id).storage.bytes;
      needed += bytes;
      parts +=
          fmt::format("{}{} {}", parts.empty() ? "" : ", ", result.scenario.streams[i].name, bytes);
    }
    if (needed <= capacity) continue;
    throw InfeasibleRun(printable(fmt::format(
        "{} is infeasible on {}: the networks need {} bytes of the macros ({}), which hold {}; map "
        "some of them with mapping: npu, or set cim.macros or cim.capacity: ignore",
        result.scenario.name, platform.name, needed, parts, capacity)));
  }
}

// What one network keeps in the SRAM between its inferences is not there for the others.
void check_states(const sim::ScenarioResult& result) {
  std::int64_t states = 0;
  for (const sim::Report& report : result.reports) states += report.state_bytes;
  for (std::size_t i = 0; i < result.reports.size(); ++i) {
    const sim::Report& report = result.reports[i];
    const std::int64_t others = states - report.state_bytes;
    if (others == 0 || report.peak_run_bytes + others <= report.sram_bytes) continue;
    throw InfeasibleRun(printable(fmt::format(
        "{} is infeasible on {}: {} needs {} bytes of the SRAM of {}, in which other networks keep "
        "{} bytes between inferences",
        result.scenario.name, result.platform_name, result.scenario.streams[i].name,
        report.peak_run_bytes, report.sram_bytes, others)));
  }
}

sim::ScenarioResult run(const Parsed& parsed, sim::Scenario scenario,
                        const platforms::Platform& platform) {
  sim::ScenarioResult result;
  result.scenario = std::move(scenario);
  result.platform_name = platform.name;
  result.platform_hash = platforms::platform_hash(platform);
  const sim::Objective objective = objective_of(parsed);
  result.objective = to_string(objective);
  Results results(cache_file(parsed), 1);
  sim::LayerCosts costs(platform.hardware, *results);
  for (const sim::Stream& stream : result.scenario.streams) {
    const workloads::Network network = nas::open_network(stream.network);
    MappingOptions how;
    how.objective_name = to_string(objective);
    how.wanted.strategy = stream.mapping;
    how.wanted.goal = objective;
    how.wanted.fps = 1;  // for what waking up takes
    result.reports.push_back(run_mapped(how, platform, network, costs).report);
    result.costs.push_back(cost_of(result.reports.back()));
  }
  check_storage(result, platform);
  check_states(result);
  result.outcome = sim::run_schedule(result.scenario, result.costs);
  const platforms::Coefficients& c = platform.coefficients;
  result.idle_w = result.scenario.idle == sim::Idle::on ? c.leakage.system
                                                        : c.sleep.power + c.sleep.sram_retention;
  result.remarks = {
      "one inference at a time, to its end; frames of two networks do not overlap",
      "costs of an inference are those of `h4h simulate` of its network alone: inputs are in the "
      "SRAM, weights of all networks stay where they are"};
  return result;
}

}  // namespace

std::string scenario(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage,
                              {kArguments, {}, "FILE", [] { return shipped_names("scenarios"); }});
  if (parsed.help) return {};
  const Format format = format_of(parsed, kFormats);
  refuse_same_outputs(outputs_of(parsed, {"html", "cache"}));
  sim::Scenario file = sim::load_scenario(scenario_file(parsed));
  const sim::ScenarioResult result = run(parsed, std::move(file), platform_of(parsed));
  if (const auto html = optional(parsed, "html")) {
    write_file(*html, sim::format_scenario_page(result, page_command("scenario", parsed)));
  }
  return format == Format::json ? write_json(sim::scenario_document(result))
                                : sim::format_table(result);
}

}  // namespace h4h::tools
