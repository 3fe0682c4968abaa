#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

constexpr std::string_view kReportSchema = "h4h.report/1";

// What the table of a report shows.
struct TableOptions {
  bool wide = false;               // all columns, lines of any length; otherwise 80 characters
  std::optional<std::size_t> top;  // only so many layers: those that take longest, longest first
};

// For people; ends with a newline.
std::string format_table(const Report& report, const TableOptions& options = {});
// A row per layer, units in the column names.
Table report_table(const Report& report);
// Schema h4h.report/1.
Document report_document(const Report& report);
// {component: joules}, as in the report.
Document energy_document(const models::Energy& energy);

}  // namespace h4h::sim
