// The latencies of a network, simulated, and of a network of a search space, added up from blocks,
// on a shipped platform.
#include <fmt/format.h>

#include <variant>

#include "base/program_files.hpp"
#include "nas/cost/cost_table.hpp"
#include "nas/space/load.hpp"
#include "platforms/description/loader.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/report.hpp"
#include "workloads/import/read_or_build.hpp"

int main() {
  using namespace h4h;
  use_shipped_files(H4H_DATA_DIR);
  const platforms::Platform chip = platforms::load_platform("h4h-7nm");

  const workloads::Network network = workloads::read_or_build("ds_cnn_kws");
  sim::LayerCosts costs(chip.hardware);
  const auto mapping =
      std::get<sim::Mapping>(sim::map_network(costs, chip, network, sim::Strategy::automatic));
  const sim::Report report =
      sim::make_report(chip, network, mapping, sim::simulate_layers(costs, network, mapping));
  fmt::print("{} {} s\n", network.name, models::to_seconds(report.time));

  const nas::Space space = nas::load_space("toy");
  sim::JobResults results;
  nas::CostTable table(space, chip, sim::Objective::latency, results);
  fmt::print("toy#mid {} s\n", table.evaluate({space.mid()}).front().latency_s);
}
