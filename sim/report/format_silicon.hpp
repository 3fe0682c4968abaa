#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/validation/silicon.hpp"

namespace h4h::sim {

// What the comparison is and is not, for table and page.
std::string_view silicon_note();
// A line for each run; "" without any.
std::string silicon_table(const std::vector<SiliconCheck>& checks);
// model_ms is {low, value, high}, or null beside a reason in left_out.
nlohmann::ordered_json silicon_json(const std::vector<SiliconCheck>& checks);

}  // namespace h4h::sim
