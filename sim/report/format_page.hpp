#pragma once

#include <string>

#include "models/counts/timeline.hpp"
#include "platforms/description/platform.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// One HTML page that holds everything it needs and fetches nothing. `timeline` must be of the
// report's run on `platform`; `uncertainty` is JSON: what the figures hang on, as sim/uncertainty
// tells it, or null.
std::string format_page(const Report& report, const platforms::Platform& platform,
                        const models::Timeline& timeline, const std::string& uncertainty = "null");

}  // namespace h4h::sim
