#pragma once

#include <string_view>

namespace h4h::sim {

// A file of sim/report/page/, or Chart.js, by its name. Embedded when H4H is built: a page needs
// nothing of the machine it is written on.
std::string_view page_asset(std::string_view name);

}  // namespace h4h::sim
