#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/document.hpp"
#include "base/table/table.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// Of a chip of an NPU and macros; of one that lists more devices, whose parts have more keys.
constexpr std::string_view kReportSchema = "h4h.report/1", kListedReportSchema = "h4h.report/2";
inline std::string_view report_schema(const Report& report) {
  return report.devices.size() > platforms::kFirstOfList ? kListedReportSchema : kReportSchema;
}

// What the table of a report shows.
struct TableOptions {
  bool wide = false;               // all columns, lines of any length; otherwise 80 characters
  std::optional<std::size_t> top;  // only so many layers: those that take longest, longest first
};

// For people; ends with a newline.
std::string format_table(const Report& report, const TableOptions& options = {});
// A row per layer, units in the column names.
Table report_table(const Report& report);
// Of report_schema().
Document report_document(const Report& report);
// {component: joules}, as in the report; `listed`: names of the listed devices.
Document energy_document(const models::Energy& energy, const std::vector<std::string>& listed);

}  // namespace h4h::sim
