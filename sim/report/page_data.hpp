#pragma once

#include "base/json/document.hpp"
#include "platforms/description/platform.hpp"
#include "sim/report/page_lanes.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// What the page's script draws: the report as report_document gives it, the network as a graph,
// timelines, rooflines and the platform's values.
Document page_data(const Report& report, const platforms::Platform& platform,
                   const workloads::Network& network, PageLanes page);

}  // namespace h4h::sim
