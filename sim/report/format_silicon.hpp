#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json/document.hpp"
#include "sim/validation/silicon.hpp"

namespace h4h::sim {

// What the comparison is and is not, for table and page.
std::string_view silicon_note();
// A line for each run; "" without any.
std::string silicon_table(const std::vector<SiliconCheck>& checks);
// An array of runs: model_ms (milliseconds) is {low, value, high}, or null beside a reason in
// left_out.
Document silicon_document(const std::vector<SiliconCheck>& checks);

}  // namespace h4h::sim
