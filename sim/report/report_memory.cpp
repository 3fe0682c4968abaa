#include "sim/report/report_memory.hpp"

#include <algorithm>

#include "sim/network/placement.hpp"

namespace h4h::sim {
namespace {

CascadeReport cascade_report(const Report& report, const workloads::Network& network,
                             const Cascade& cascade, const Placement& whole) {
  CascadeReport c;
  c.first = report.layers[cascade.first].name;
  c.last = report.layers[cascade.last].name;
  c.rows = cascade.rows;
  c.stripes = std::count_if(report.stripes.begin(), report.stripes.end(),
                            [&](const Stripe& s) { return s.layer == cascade.last; });
  c.activation_bytes = place_in_sram(network, {cascade}).alive_bytes[cascade.first];
  for (std::size_t i = cascade.first; i <= cascade.last; ++i) {
    c.whole_bytes = std::max(c.whole_bytes, whole.alive_bytes[i]);
  }
  return c;
}

}  // namespace

void add_memory(Report& report, const workloads::Network& network,
                const std::vector<Cascade>& cascades) {
  const Placement all = place_in_sram(network);
  const Placement run = place_in_sram(network, cascades);
  const Placement placed = place_with_spills(network, report.sram_bytes, cascades);
  report.stripes = stripes_of(network, cascades);
  for (const Cascade& cascade : cascades) {
    report.cascades.push_back(cascade_report(report, network, cascade, all));
  }
  report.peak_activation_bytes = all.peak_bytes;
  report.peak_run_bytes = run.peak_bytes;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    report.layers[i].activation_bytes = run.alive_bytes[i];
    report.layers[i].sram_bytes = placed.alive_bytes[i];
  }
}

}  // namespace h4h::sim
