#pragma once

#include <string>

#include "base/json/document.hpp"
#include "platforms/description/platform.hpp"
#include "sim/report/page_lanes.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// One HTML page that holds everything it needs and fetches nothing. `recording`,
// which is asked for twice, and `network` must be of the report's run on `platform` (else
// std::invalid_argument); `uncertainty` is what uncertainty_page_document gives, or null.
std::string format_page(const Report& report, const platforms::Platform& platform,
                        const workloads::Network& network, const Recording& recording,
                        Document uncertainty = {});

}  // namespace h4h::sim
