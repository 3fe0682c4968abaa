#pragma once

#include <string>

#include "models/counts/timeline.hpp"
#include "platforms/description/platform.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// What the page's script draws, as one JSON object: the report as format_json prints it, timelines,
// rooflines, the platform's values, and what `uncertainty` (JSON) says.
std::string page_data(const Report& report, const platforms::Platform& platform,
                      const models::Timeline& timeline, const std::string& uncertainty);

}  // namespace h4h::sim
