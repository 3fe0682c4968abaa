#pragma once

#include <nlohmann/json_fwd.hpp>

#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// {"value","low","high","p5","p95","moved_by"}: what a number becomes where it is uncertain.
nlohmann::ordered_json to_json(const Uncertain& figure);

// [low, high]; null where it does not run there.
nlohmann::ordered_json to_json(const Swing& swing);

// {"key","unit","low","value","high","range"}; the range as its author wrote it.
nlohmann::ordered_json to_json(const platforms::UncertainParameter& uncertain);

// {"latency_s","energy_j"}, and "area_mm2" where there is one.
nlohmann::ordered_json figures_json(const Uncertainty& uncertainty);

// {"samples","seed","other_mappings","infeasible","values","sampled"}: all but the figures.
nlohmann::ordered_json details_json(const Uncertainty& uncertainty);

}  // namespace h4h::sim
