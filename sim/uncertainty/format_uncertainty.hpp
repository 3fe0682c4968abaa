#pragma once

#include <string>

#include "base/json/document.hpp"
#include "sim/report/report.hpp"
#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// For people: each figure with its interval, and the effect of every uncertain parameter alone.
// `wide`: lines of any length; otherwise at most 80 characters.
std::string format_table(const Uncertainty& uncertainty, bool wide = false);

// The report's document in which latency, energy and area of the totals are {"value","low","high",
// "p5","p95","moved_by"}, and "uncertainty" tells the rest.
Document report_document(const Report& report, const Uncertainty& uncertainty);

// What the page of a report shows of it.
Document uncertainty_page_document(const Uncertainty& uncertainty);

}  // namespace h4h::sim
