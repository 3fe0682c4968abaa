#pragma once

#include <string>

#include "models/counts/timeline.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// The timeline in Chrome's trace-event format, for ui.perfetto.dev and chrome://tracing. Times are
// microseconds with six decimals: exact picoseconds. `timeline` must be of the report's run
// (else std::invalid_argument).
std::string format_trace(const Report& report, const models::Timeline& timeline);

}  // namespace h4h::sim
