#include <fmt/format.h>

#include "base/json/json_writer.hpp"
#include "base/text/nearest.hpp"
#include "base/text/printable.hpp"
#include "nas/space/open_network.hpp"
#include "platforms/description/loader.hpp"
#include "sim/explain/format_explain.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_compare.hpp"
#include "tools/h4h/run_mapped.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h explain --platform FILE --network NAME|FILE [LAYER] [options]\n"
    "Why a network takes its time: what each layer waits for, the bytes that it moves, and what "
    "twice of each part of the chip would give. With --against FILE: which values of the two "
    "platforms differ, and which layers and parts make up the difference.\n";

const Formats kFormats{Format::table, Format::json};

Options options() {
  Options options("options");
  add_platform_options(options);
  add_network_option(options);
  add_mapping_options(options);
  add_import_options(options);
  // clang-format off
  options.add_options()
      ("against", choice(platform_names)->value_name("FILE"), "a second platform; --set applies to both")
      ("top", po::value<std::string>()->value_name("N"), "table: the N layers with the highest latency, or the largest difference (10)");
  // clang-format on
  add_format_option(options, kFormats);
  add_cache_option(options);
  return options;
}

MappedRun run_on(sim::JobResults& results, const platforms::Platform& platform,
                 const workloads::Network& network, const MappingOptions& options) {
  sim::LayerCosts costs(platform.hardware, results);
  return run_mapped(options, platform, network, costs);
}

// The layer that is asked for. Throws UsageError that names the nearest one.
std::optional<std::size_t> layer_of(const Parsed& parsed, const workloads::Network& network) {
  const Arguments names = list_of(parsed, kArguments);
  if (names.empty()) return std::nullopt;
  if (names.size() > 1) throw UsageError("one layer at most, or all of them without a name");
  std::vector<std::string> known;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (network.layers[i].name == names.front()) return i;
    known.push_back(network.layers[i].name);
  }
  throw UsageError(
      printable(fmt::format("layer '{}' is not in {}{}; `h4h network show` lists those that are",
                            names.front(), network.name, did_you_mean(names.front(), known))));
}

std::string against(const Parsed& parsed, const std::string& file, Format format, std::size_t top,
                    const MappingOptions& options, const workloads::Network& network) {
  const CompareTask::Chip first{required(parsed, "platform"), platform_of(parsed)},
      second{file, platforms::load_platform(file, list_of(parsed, "set"))};
  Results results(cache_file(parsed), 1);
  sim::ChipDifference difference{title(first, second),
                                 title(second, first),
                                 run_on(*results, first.platform, network, options).report,
                                 run_on(*results, second.platform, network, options).report,
                                 sim::differing_keys(first.platform, second.platform),
                                 {}};
  difference.layers = sim::layer_differences(difference.first, difference.second);
  return format == Format::json ? write_json(sim::difference_document(difference))
                                : sim::format_difference(difference, top);
}

std::string alone(const Parsed& parsed, Format format, std::size_t top,
                  const MappingOptions& options, const workloads::Network& network) {
  const platforms::Platform platform = platform_of(parsed);
  const std::optional<std::size_t> layer = layer_of(parsed, network);
  Results results(cache_file(parsed), 1);
  MappedRun run = run_on(*results, platform, network, options);
  const std::vector<sim::IdealPart> parts = sim::ideal_parts(platform);
  sim::Explanation all{std::move(run.report), {}, {}, {}, layer};
  for (const sim::IdealPart& part : parts) all.parts.push_back(part.name);
  all.layers = sim::reasons(*results, network, run.mapping, all.report, parts);
  for (const sim::Change& change : sim::usual_changes(platform)) {
    if (layer) break;  // of the network, not of a layer
    auto what_if = sim::what_if(*results, platform, network, options.of(platform, network), change);
    if (what_if) all.what_ifs.push_back(std::move(*what_if));
  }
  return format == Format::json ? write_json(sim::explanation_document(all))
                                : sim::format_explanation(all, top);
}

}  // namespace

std::string explain(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage, kArguments);
  if (parsed.help) return {};
  const MappingOptions mapping = mapping_options_of(parsed);
  const Format format = format_of(parsed, kFormats);
  const std::optional<std::string> second = optional(parsed, "against");
  if (given(parsed, "top") && format != Format::table) {
    throw UsageError("--top needs --format table");
  }
  if (second && !list_of(parsed, kArguments).empty()) {
    throw UsageError("a layer is for one platform; --against compares whole networks");
  }
  const std::size_t top = given(parsed, "top") ? whole(parsed, "top", 1, 1'000'000) : 10;
  const workloads::Network network =
      nas::open_network(required(parsed, "network"), import_options_of(parsed));
  return second ? against(parsed, *second, format, top, mapping, network)
                : alone(parsed, format, top, mapping, network);
}

}  // namespace h4h::tools
