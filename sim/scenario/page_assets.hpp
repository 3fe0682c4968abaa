#pragma once

#include <string_view>

namespace h4h::sim {

// A file of sim/scenario/page/ by its name, embedded when H4H is built.
std::string_view scenario_asset(std::string_view name);

}  // namespace h4h::sim
