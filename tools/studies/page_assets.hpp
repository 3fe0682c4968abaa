#pragma once

#include <string_view>

namespace h4h::studies {

// A file of tools/studies/page/ by its name, embedded when H4H is built.
std::string_view studies_asset(std::string_view name);

}  // namespace h4h::studies
