#include "sim/validation/silicon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/csv/csv_table.hpp"
#include "platforms/description/overrides.hpp"
#include "platforms/description/uncertain_parameters.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"

namespace h4h::sim {
namespace {

namespace fs = std::filesystem;
using platforms::Platform;

const std::string& needed(const CsvRow& row, const std::string& column) {
  if (!row.has(column)) throw CsvError(column + " is missing");
  return row.text(column);
}

SiliconRun run_of(const CsvRow& row) {
  SiliconRun run{needed(row, "network"),  needed(row, "device"),     row.positive("macs_per_cycle"),
                 row.number("clock_mhz"), needed(row, "weights_in"), row.number("ms"),
                 row.text("platform"),    row.text("conditions"),    needed(row, "source")};
  if (!(run.ms > 0) || !(run.clock_mhz > 0)) {
    throw CsvError("ms and clock_mhz must be positive");
  }
  return run;
}

// The platform with every bandwidth that has a range at one end of it: of the memories, and of the
// port that adds up the reads and writes of the SRAM.
Platform rates_at(const Platform& platform, double share) {
  std::vector<platforms::Override> changes;
  for (const platforms::UncertainParameter& u : platforms::uncertain_parameters(platform)) {
    const std::set<std::string> rates{"noc.bandwidth", "sram.bandwidth", "weights.bandwidth"};
    if (rates.count(u.key) > 0) changes.push_back(u.at(share));
  }
  return platforms::with(platform, changes);
}

double milliseconds(const Platform& platform, const workloads::Network& network) {
  LayerCosts costs(platform.hardware);
  const MappingResult mapped = map_network(costs, platform, network, Strategy::npu);
  if (const auto* infeasible = std::get_if<Infeasible>(&mapped)) {
    throw std::runtime_error(
        fmt::format("{} is infeasible on {}: {}", network.name, platform.name, infeasible->reason));
  }
  models::Picoseconds time;
  for (const JobResult& r : simulate_layers(costs, network, std::get<Mapping>(mapped))) {
    time += r.time;
  }
  return to_seconds(time) * 1e3;
}

SiliconCheck check(const SiliconRun& run, const fs::path& platforms, NetworkFiles& networks,
                   PlatformFiles& files) {
  SiliconCheck check;
  check.run = run;
  if (run.platform.empty()) {
    check.left_out = "no platform file describes it";
    return check;
  }
  const fs::path platform = platforms / (run.platform + ".yaml");
  const workloads::Network* const network = networks.find(run.network);
  if (!fs::is_regular_file(platform)) check.left_out = fmt::format("no {}", platform.string());
  if (network == nullptr) check.left_out = "no network file of this name";
  if (!check.left_out.empty()) return check;
  const Platform& nominal = files.at(platform);
  check.nominal_ms = milliseconds(nominal, *network);
  const double high = milliseconds(rates_at(nominal, 1), *network);
  const double low = milliseconds(rates_at(nominal, 0), *network);
  // Mostly the high rates are the fast ones.
  std::tie(check.fast_ms, check.slow_ms) = std::minmax({high, check.nominal_ms, low});
  return check;
}

}  // namespace

std::vector<SiliconRun> read_silicon(const fs::path& path) {
  return read_csv(path,
                  {"network", "device", "macs_per_cycle", "clock_mhz", "weights_in", "ms",
                   "platform", "conditions", "source"},
                  run_of);
}

std::vector<SiliconCheck> check_silicon(const std::vector<SiliconRun>& runs,
                                        const fs::path& platforms, NetworkFiles& networks,
                                        PlatformFiles& files) {
  std::vector<SiliconCheck> checks;
  for (const SiliconRun& run : runs) checks.push_back(check(run, platforms, networks, files));
  return checks;
}

}  // namespace h4h::sim
