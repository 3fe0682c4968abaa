#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/sweep/format_sweep.hpp"
#include "sim/sweep/fronts.hpp"
#include "sim/sweep/page_assets.hpp"
#include "sim/sweep/page_points.hpp"

namespace h4h::sim {
namespace {

Document page_data(const SweepResult& result) {
  const SweepFronts fronts = sweep_fronts(result);
  Document data;  // braces would copy the sweep
  data["sweep"] = sweep_document(result, points_with_layers(result, fronts));
  data["fronts"] = {{"energy", fronts.energy}, {"area", fronts.area}};
  return data;
}

}  // namespace

std::string format_sweep_page(const SweepResult& result) {
  const std::optional<ThinSweep> part = thin(result);
  Document data = page_data(part ? part->result : result);
  if (part) {
    data["thin"] = {
        {"points", result.points.size()}, {"rows", part->rows}, {"infeasible", part->infeasible}};
  }
  data["simulate"] = result.simulate;
  return assemble_page(
      {"Variants of " + result.platform_name, "H4H sweep", sweep_asset("sweep.html"),
       std::move(data),
       std::string(page_asset("uncertainty.js")) + std::string(sweep_asset("points.js")) +
           std::string(sweep_asset("versus.js")) + std::string(sweep_asset("sweep.js")),
       result.command});
}

}  // namespace h4h::sim
