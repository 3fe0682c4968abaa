#pragma once

#include <optional>
#include <string>

#include "base/json/document.hpp"
#include "platforms/description/platform.hpp"
#include "sim/report/page_lanes.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// What a page shows beside a run; each may be missing.
struct PageExtras {
  Document uncertainty{};             // what uncertainty_page_document gives
  std::optional<Report> npu_alone{};  // the same network on the same platform without macros
  std::string command{};              // that made the report, for a shell
};

// One HTML page that holds everything it needs and fetches nothing. `recording`,
// which is asked for twice, and `network` must be of the report's run on `platform` (else
// std::invalid_argument).
std::string format_page(const Report& report, const platforms::Platform& platform,
                        const workloads::Network& network, const Recording& recording,
                        PageExtras extras = {});

}  // namespace h4h::sim
