#pragma once

#include "base/json/document.hpp"
#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// {"value","low","high","p5","p95","moved_by"}: what a number becomes where it is uncertain.
Document to_document(const Uncertain& figure);

// [low, high]; null where it does not run there.
Document to_document(const Swing& swing);

// {"key","unit","low","value","high","range"}; the range as its author wrote it.
Document to_document(const platforms::UncertainParameter& uncertain);

// {"latency_s","energy_j"}, and "area_mm2" where there is one.
Document figures_document(const Uncertainty& uncertainty);

// {"samples","seed","other_mappings","infeasible","values","sampled"}: all but the figures.
Document details_document(const Uncertainty& uncertainty);

}  // namespace h4h::sim
