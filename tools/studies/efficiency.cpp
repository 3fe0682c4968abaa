#include "tools/studies/efficiency.hpp"

namespace h4h::studies {

LayerSize layer_that_fills_macros() { return {"dw3x3", 32, 128}; }

double operations(const sim::Report& report) { return 2 * static_cast<double>(report.macs); }

double system_tops_per_watt(const sim::Report& report) {
  return 1e-12 * operations(report) / report.energy_j.total();
}

double macro_tops_per_watt(const sim::Report& report) {
  return 1e-12 * operations(report) / report.energy_j[models::Part::cim];
}

}  // namespace h4h::studies
