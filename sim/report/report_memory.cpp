#include "sim/report/report_memory.hpp"

#include <algorithm>

#include "sim/network/fold.hpp"

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
  c.activation_bytes = alive_in(place_in_sram(network, {cascade}), cascade);
  for (std::size_t i = cascade.first; i <= cascade.last; ++i) {
    c.whole_bytes = std::max(c.whole_bytes, whole.alive_bytes[i]);
  }
  return c;
}

}  // namespace

void add_memory(Report& report, const workloads::Network& network,
                const platforms::Platform& platform, const Mapping& mapping) {
  const std::vector<Cascade>& cascades = mapping.cascades;
  const platforms::Sram& sram = platform.hardware.sram;
  const Placement all = place_in_sram(network);
  const Placement run = place_in_sram(network, cascades);
  const Placement placed = place_with_spills(network, sram.size_bytes, cascades, mapping.spill);
  for (const PlacedStripe& stripe : placed_stripes(sram, network, cascades, mapping.spill)) {
    report.stripes.push_back(stripe.stripe);
  }
  report.spill = mapping.spill;
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
