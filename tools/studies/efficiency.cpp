#include "tools/studies/efficiency.hpp"

#include <fmt/format.h>

namespace h4h::studies {

LayerSize layer_that_fills_macros() { return {"dw3x3", 32, 128}; }

double operations(const sim::Report& report) { return 2 * static_cast<double>(report.macs); }

double system_tops_per_watt(const sim::Report& report) {
  return 1e-12 * operations(report) / report.energy_j.total();
}

double macro_tops_per_watt(const sim::Report& report) {
  return 1e-12 * operations(report) / report.energy_j[models::Part::cim];
}

double quoted_macro_tops_per_watt(const Setup& setup, std::int64_t units) {
  const LayerSize dense{"pw1x1", 32, 144};
  return macro_tops_per_watt(
      run_on_macros(setup.results(),
                    setup.platform({"cim.macros=1", fmt::format("cim.compute_units={}", units),
                                    "cim.word_hold=tile"}),
                    dense));
}

}  // namespace h4h::studies
