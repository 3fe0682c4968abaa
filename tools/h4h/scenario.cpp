#include <fmt/format.h>

#include <cmath>

#include "base/json/json_writer.hpp"
#include "base/program_files.hpp"
#include "base/text/printable.hpp"
#include "nas/space/open_network.hpp"
#include "sim/network/placement.hpp"
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

sim::InferenceCost cost_of(sim::Report& report, const platforms::Platform& platform) {
  sim::try_duty_cycle(report, platform, 1);  // what waking up takes, at whatever rate
  const models::DutyCycle& duty = report.duty.value();
  constexpr double kPerSecond = models::kPicosecondsPerSecond;
  const auto ps = [](double seconds) {
    return models::Picoseconds{std::llround(seconds * kPerSecond)};
  };
  return {report.time,    duty.active_j,     ps(duty.wake_up_s),
          duty.wake_up_j, ps(duty.reload_s), duty.reload_j};
}

// The weights of all networks stay in the macros.
void check_storage(const sim::ScenarioResult& result, const platforms::Platform& platform) {
  const models::Devices devices = models::make_devices(platform.hardware);
  for (std::size_t id = 0; id < devices.size(); ++id) {
    const std::optional<models::MacroGroup> group = devices[id]->macro_group();
    if (!group || !group->limited) continue;
    const std::int64_t capacity = group->bytes_of_words(group->macros * group->words_per_macro);
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

// With the SRAM that the states of other networks leave.
platforms::Platform with_less_sram(const platforms::Platform& platform, std::int64_t bytes,
                                   const sim::Stream& stream, const std::string& scenario) {
  if (bytes == 0) return platform;
  constexpr std::int64_t kLeast = 1024;  // the smallest value of sram.size
  const std::int64_t left = platform.hardware.sram.size_bytes - bytes;
  if (left < kLeast) {
    throw InfeasibleRun(printable(fmt::format(
        "{} is infeasible on {}: other networks than {} keep {} bytes in the SRAM of {} bytes",
        scenario, platform.name, stream.name, bytes, platform.hardware.sram.size_bytes)));
  }
  return platforms::with(platform,
                         {platforms::parse_override("sram.size", fmt::format("{} B", left),
                                                    "the states of other networks")});
}

// What the chip takes while nothing runs: macros that lose their weights without power keep it.
double idle_watts(const sim::ScenarioResult& result, const platforms::Platform& platform) {
  const platforms::Coefficients& c = platform.coefficients;
  if (result.scenario.idle == sim::Idle::sleep) return c.sleep.power + c.sleep.sram_retention;
  models::MacroNumbers powered;
  for (std::size_t id = 0; id < result.reports.front().devices.size(); ++id) {
    std::int64_t most = 0;  // the networks share the macros
    for (const sim::Report& report : result.reports) {
      const sim::DeviceReport& device = report.devices[id];
      if (device.group && device.group->reloads) most = std::max(most, device.active.macros);
    }
    powered.add(id, most);
  }
  return c.leakage.system + models::leakage_of(powered, c);
}

workloads::Network network_of(const sim::Stream& stream, const std::string& file) {
  try {
    return nas::open_network(stream.found);
  } catch (const workloads::NetworkError& error) {
    throw workloads::NetworkError(
        fmt::format("{}:{}: network '{}': {}", file, stream.line, stream.name, error.what()));
  }
}

sim::ScenarioResult run(const Parsed& parsed, const platforms::Platform& platform) {
  const std::string file = scenario_file(parsed);
  sim::ScenarioResult result;
  result.scenario = sim::load_scenario(file);
  result.platform_name = platform.name;
  result.platform_hash = platforms::platform_hash(platform);
  const sim::Objective objective = objective_of(parsed);
  result.objective = to_string(objective);
  Results results(cache_file(parsed), 1);
  std::vector<workloads::Network> networks;
  std::int64_t states = 0;
  for (const sim::Stream& stream : result.scenario.streams) {
    networks.push_back(network_of(stream, file));
    states += sim::state_bytes(networks.back());
  }
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const sim::Stream& stream = result.scenario.streams[i];
    const platforms::Platform own = with_less_sram(platform, states - sim::state_bytes(networks[i]),
                                                   stream, result.scenario.name);
    sim::LayerCosts costs(own.hardware, *results);
    MappingOptions how;
    how.objective_name = to_string(objective);
    how.wanted.strategy = stream.mapping;
    how.wanted.goal = objective;
    result.reports.push_back(run_mapped(how, own, networks[i], costs).report);
    result.costs.push_back(cost_of(result.reports.back(), own));
  }
  check_storage(result, platform);
  result.outcome = sim::run_schedule(result.scenario, result.costs);
  result.idle_w = idle_watts(result, platform);
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
  std::vector<Output> files = outputs_of(parsed, {"html", "cache"});
  files.push_back({"the scenario file", scenario_file(parsed)});  // not to be written over
  refuse_same_outputs(files);
  const sim::ScenarioResult result = run(parsed, platform_of(parsed));
  if (const auto html = optional(parsed, "html")) {
    write_file(*html, sim::format_scenario_page(result, page_command("scenario", parsed)));
  }
  return format == Format::json ? write_json(sim::scenario_document(result))
                                : sim::format_table(result);
}

}  // namespace h4h::tools
