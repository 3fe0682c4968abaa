#include <nlohmann/json.hpp>

#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/sweep/fronts.hpp"
#include "sim/sweep/page_assets.hpp"
#include "sim/sweep/sweep_json.hpp"

namespace h4h::sim {
std::string format_sweep_page(const SweepResult& result) {
  const SweepFronts fronts = sweep_fronts(result);
  const nlohmann::ordered_json lines{{"energy", fronts.energy}, {"area", fronts.area}};
  return assemble_page(
      {"Variants of " + result.platform_name, "H4H sweep", sweep_asset("sweep.html"),
       "{\"sweep\":" + sweep_json(result, points_with_layers(result, fronts)) +
           ",\"fronts\":" + lines.dump() + "}",
       std::string(page_asset("uncertainty.js")) + std::string(sweep_asset("points.js")) +
           std::string(sweep_asset("sweep.js"))});
}

}  // namespace h4h::sim
