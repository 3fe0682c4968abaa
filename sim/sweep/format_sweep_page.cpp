#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/sweep/format_sweep.hpp"
#include "sim/sweep/fronts.hpp"
#include "sim/sweep/page_assets.hpp"

namespace h4h::sim {
std::string format_sweep_page(const SweepResult& result) {
  const SweepFronts fronts = sweep_fronts(result);
  Document data{{"sweep", sweep_document(result, points_with_layers(result, fronts))},
                {"fronts", {{"energy", fronts.energy}, {"area", fronts.area}}}};
  return assemble_page({"Variants of " + result.platform_name, "H4H sweep",
                        sweep_asset("sweep.html"), std::move(data),
                        std::string(page_asset("uncertainty.js")) +
                            std::string(sweep_asset("points.js")) +
                            std::string(sweep_asset("sweep.js"))});
}

}  // namespace h4h::sim
