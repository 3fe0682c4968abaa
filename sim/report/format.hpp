#pragma once

#include <string>
#include <string_view>

#include "sim/report/report.hpp"

namespace h4h::sim {

constexpr std::string_view kReportSchema = "h4h.report/1";

// The one place where reports become text. All three end with a newline.
std::string format_table(const Report& report);  // for people
std::string format_csv(const Report& report);    // a row per layer, units in the column names
std::string format_json(const Report& report);   // schema h4h.report/1

}  // namespace h4h::sim
