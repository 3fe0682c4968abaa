#pragma once

#include <string>

#include "sim/report/report.hpp"
#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// For people: each figure with its interval, and what every unknown value does by itself.
std::string format_table(const Uncertainty& uncertainty);

// The report's JSON in which latency, energy and area of the totals are {"value","low","high",
// "p5","p95","moved_by"}, and "uncertainty" tells the rest.
std::string format_json(const Report& report, const Uncertainty& uncertainty);

// What the page of a report shows of it, as JSON.
std::string page_json(const Uncertainty& uncertainty);

}  // namespace h4h::sim
