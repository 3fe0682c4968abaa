#pragma once

#include <string_view>

namespace h4h::sim {

// A file of sim/uncertainty/page/ by its name, embedded when H4H is built.
std::string_view comparison_asset(std::string_view name);

}  // namespace h4h::sim
