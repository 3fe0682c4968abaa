#pragma once

#include <string_view>

namespace h4h::nas {

// A file of nas/report/page/ by its name, embedded when H4H is built.
std::string_view search_asset(std::string_view name);

}  // namespace h4h::nas
