#include "nas/report/fronts.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <sstream>

#include "base/json/json_writer.hpp"
#include "base/text/number.hpp"
#include "nas/cost/simulated_costs.hpp"
#include "nas/search/description.hpp"
#include "nas/space/load.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/shared_options.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h fronts DIR... [options]\n"
    "Compares searches of one space on several platforms: for each the cheapest network at two "
    "accuracies that all of them reach. Networks found for one platform are costed on all.\n"
    "DIR: the --out directory of an `h4h search`.\n";

std::vector<double> accuracies_of(const std::string& list) {
  std::vector<double> accuracies;
  std::istringstream stream(list);
  for (std::string text; std::getline(stream, text, ',');) {
    const auto value = parse_number<double>(text);
    if (!value || !(*value >= 0 && *value <= 1)) {
      throw UsageError(fmt::format("--at '{}' is not a list of fractions from 0 to 1", list));
    }
    accuracies.push_back(*value);
  }
  return accuracies;
}

[[noreturn]] void changed(const std::string& file) {
  throw nas::FrontsError(fmt::format("{} has changed since the search", file));
}

// The platform of each front. A file of which several searches made variants is read once.
std::vector<platforms::Platform> platforms_of(const std::vector<nas::SearchedFront>& fronts) {
  std::map<std::string, std::vector<std::size_t>> by_file;
  for (std::size_t i = 0; i < fronts.size(); ++i) by_file[fronts[i].platform_file].push_back(i);
  std::vector<platforms::Platform> all(fronts.size());
  for (const auto& [file, places] : by_file) {
    std::vector<std::vector<std::string>> settings;
    for (const std::size_t i : places) settings.push_back(fronts[i].platform_settings);
    std::vector<platforms::Platform> variants = platforms::load_platforms(file, settings);
    for (std::size_t v = 0; v < places.size(); ++v) all[places[v]] = std::move(variants[v]);
  }
  for (std::size_t i = 0; i < fronts.size(); ++i) {
    if (platforms::platform_hash(all[i]) != fronts[i].platform_hash) {
      changed(fronts[i].platform_file);
    }
  }
  return all;
}

// The space of all fronts, which are comparable.
nas::Space space_of(const std::vector<nas::SearchedFront>& fronts) {
  nas::Space space = nas::load_space(fronts.front().space_file);
  if (nas::space_identity(space) != fronts.front().space_identity) {
    changed(fronts.front().space_file);
  }
  return space;
}

// `networks` at what they cost under the objective of a search.
std::vector<nas::FrontNetwork> costed(const nas::Space& space, nas::SimulatedCosts& costs,
                                      const std::vector<nas::FrontNetwork>& networks) {
  std::vector<nas::FrontNetwork> all;
  for (nas::FrontNetwork network : networks) {
    const auto report = costs.report(space.read(network.genotype));
    if (!report) continue;
    network.latency_s = to_seconds(report->time);
    network.energy_j = report->energy_j.total();
    network.cim_share = report->cim_share();
    all.push_back(std::move(network));
  }
  return all;
}

// Searches look at different networks; each platform gets the best of all of them.
void exchange(std::vector<nas::SearchedFront>& fronts, sim::JobResults& results) {
  const std::vector<nas::FrontNetwork> networks = nas::all_networks(fronts);
  const nas::Space space = space_of(fronts);
  const std::vector<platforms::Platform> platforms = platforms_of(fronts);
  for (std::size_t i = 0; i < fronts.size(); ++i) {
    nas::SimulatedCosts costs(space, platforms[i], fronts[i].objective, results);
    nas::replace_front(fronts[i], costed(space, costs, networks));
  }
}

}  // namespace

std::string fronts(const Arguments& arguments) {
  const Formats formats{Format::table, Format::json};
  Options options("options");
  // clang-format off
  options.add_options()
      ("at", po::value<std::string>()->value_name("A,B,..."), "accuracies, such as 0.8,0.85")
      ("html", po::value<std::string>()->value_name("FILE"), "write an HTML page with plots of the fronts");
  // clang-format on
  add_format_option(options, formats);
  add_cache_option(options);
  const Parsed parsed = parse(arguments, options, kUsage, {"dir", {}, "DIR"});
  if (parsed.help) return {};
  if (list_of(parsed, "dir").empty()) throw UsageError("directories of searches are required");
  const Format format = format_of(parsed, formats);
  refuse_same_outputs(outputs_of(parsed, {"html", "cache"}));
  const auto at = optional(parsed, "at");
  std::vector<double> accuracies = at ? accuracies_of(*at) : std::vector<double>{};

  std::vector<nas::SearchedFront> fronts;
  for (const std::string& folder : list_of(parsed, "dir")) {
    fronts.push_back(nas::read_front(folder));
  }
  nas::check_comparable(fronts);
  const Results results(cache_file(parsed));
  exchange(fronts, *results);
  if (!at) accuracies = nas::common_accuracies(fronts);
  if (const auto page = optional(parsed, "html")) {
    write_file(*page, nas::format_fronts_page(fronts, accuracies, page_command("fronts", parsed)));
  }
  return format == Format::table ? nas::format_fronts_table(fronts, accuracies)
                                 : write_json(nas::fronts_document(fronts, accuracies));
}

}  // namespace h4h::tools
