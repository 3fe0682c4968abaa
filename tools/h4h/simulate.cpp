#include <fmt/format.h>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "nas/space/open_network.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/format.hpp"
#include "sim/report/format_page.hpp"
#include "sim/report/trace_writer.hpp"
#include "sim/uncertainty/format_uncertainty.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_mapped.hpp"
#include "tools/h4h/sampling_options.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h simulate --platform FILE --network NAME|FILE [options]\n"
    "Latency, energy and area of a network on a platform, layer by layer.\n";

const Formats kFormats{Format::table, Format::csv, Format::json};

Options options() {
  Options options("options");
  add_platform_options(options);
  add_network_option(options);
  add_mapping_options(options);
  add_fps_option(options);
  add_import_options(options);
  add_uncertainty_options(options);
  add_format_option(options, kFormats);
  add_wide_option(options);
  // clang-format off
  options.add_options()
      ("top", po::value<std::string>()->value_name("N"), "table: only the N layers with the highest latency, highest first")
      ("save-mapping", po::value<std::string>()->value_name("FILE"), "write the mapping as a mapping file, to edit and pass to --mapping")
      ("trace", po::value<std::string>()->value_name("FILE"), "write a trace (JSON) for ui.perfetto.dev or chrome://tracing")
      ("html", po::value<std::string>()->value_name("FILE"), "write an HTML page that opens offline: time and energy by part, rooflines, timelines, the mapping");
  // clang-format on
  add_jobs_option(options, "; 1 without --uncertainty");
  add_cache_option(options, "; samples of --uncertainty are not cached");
  return options;
}

sim::TableOptions table_options(const Parsed& parsed, Format format) {
  for (const char* const option : {"top", "wide"}) {
    if (format != Format::table && given(parsed, option)) {
      throw UsageError(fmt::format("--{} needs --format table", option));
    }
  }
  sim::TableOptions table;
  table.wide = wide(parsed);
  if (given(parsed, "top")) table.top = whole(parsed, "top", 1, 1'000'000);
  return table;
}

std::string text_of(Format format, const sim::TableOptions& table, const sim::Report& report,
                    const std::optional<sim::Uncertainty>& over) {
  if (format == Format::csv) return write_csv(sim::report_table(report));
  if (format == Format::json) {
    return write_json(over ? sim::report_document(report, *over) : sim::report_document(report));
  }
  return sim::format_table(report, table) + (over ? sim::format_table(*over, table.wide) : "");
}

void write_trace(const std::string& path, const sim::Report& report,
                 const std::vector<sim::JobResult>& modelled, const sim::Recording& recording) {
  OutputFile file(path);
  sim::TraceWriter trace(report, modelled, [&](std::string_view part) { file.write(part); });
  recording(trace);
  trace.finish();
  file.commit();
}

// Files that show the layers in time.
struct TimelineFiles {
  std::optional<std::string> trace, html;
};

// For comparison with a mapping that uses macros.
std::optional<sim::Report> npu_alone(const MappedRun& run, const platforms::Platform& platform,
                                     const workloads::Network& network, sim::LayerCosts& costs) {
  if (run.report.macros_in_use() == 0) return std::nullopt;
  const auto mapped = sim::map_network(costs, platform, network, sim::Strategy::npu);
  const auto* const mapping = std::get_if<sim::Mapping>(&mapped);
  if (mapping == nullptr) return std::nullopt;
  return sim::make_report(platform, network, *mapping,
                          sim::simulate_layers(costs, network, *mapping));
}

void write_timelines(const TimelineFiles& files, const MappedRun& run,
                     const platforms::Platform& platform, const workloads::Network& network,
                     sim::LayerCosts& costs, const std::optional<sim::Uncertainty>& over,
                     const Parsed& parsed) {
  const sim::Recording recording = [&](models::Recorder& recorder) {
    sim::run_network(platform.hardware, network, run.mapping, recorder);
  };
  if (files.trace) {
    write_trace(*files.trace, run.report, sim::model_stripes(costs, network, run.mapping),
                recording);
  }
  if (!files.html) return;
  sim::PageExtras extras{over ? sim::uncertainty_page_document(*over) : Document(),
                         npu_alone(run, platform, network, costs),
                         page_command("simulate", parsed)};
  write_file(*files.html,
             sim::format_page(run.report, platform, network, recording, std::move(extras)));
}

// One is enough for a network, unless more are asked for.
int jobs(const Parsed& parsed, const std::optional<Sampling>& sampling) {
  return sampling || given(parsed, "jobs") ? jobs_of(parsed) : 1;
}

}  // namespace

std::string simulate(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};

  const MappingOptions mapping_options = mapping_options_of(parsed);
  const Format format = format_of(parsed, kFormats);
  const sim::TableOptions table = table_options(parsed, format);
  const workloads::ImportOptions import = import_options_of(parsed);
  const auto trace = optional(parsed, "trace"), html = optional(parsed, "html");
  refuse_same_outputs(outputs_of(parsed, {"trace", "html", "save-mapping", "cache"}));
  const std::optional<Sampling> sampling = uncertainty_of(parsed);
  if (sampling && format == Format::csv)
    throw UsageError("--uncertainty needs --format table or json");
  const std::string name = required(parsed, "network");
  const platforms::Platform platform = platform_of(parsed);
  const workloads::Network network = nas::open_network(name, import);

  Results results(cache_file(parsed), jobs(parsed, sampling));
  sim::LayerCosts costs(platform.hardware, *results);
  const MappedRun run = run_mapped(mapping_options, platform, network, costs);
  if (const auto path = optional(parsed, "save-mapping")) {
    write_file(*path,
               sim::mapping_text(models::make_devices(platform.hardware), network, run.mapping));
  }
  std::optional<sim::Uncertainty> over;
  if (sampling) {
    results.keep_no_more();
    const InterruptNote note("samples are not kept, so rerunning the command starts again");
    over = run_over_ranges(*sampling, platform, network, mapping_options, *results);
  }
  write_timelines({trace, html}, run, platform, network, costs, over, parsed);
  return text_of(format, table, run.report, over);
}

}  // namespace h4h::tools
