#pragma once

#include <string>
#include <string_view>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

constexpr std::string_view kReportSchema = "h4h.report/1";

// For people; ends with a newline.
std::string format_table(const Report& report);
// A row per layer, units in the column names.
Table report_table(const Report& report);
// Schema h4h.report/1.
Document report_document(const Report& report);
// {component: joules}, as in the report.
Document energy_document(const models::Energy& energy);

}  // namespace h4h::sim
